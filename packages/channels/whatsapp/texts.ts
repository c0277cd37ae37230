import type { LocalizedText } from '../channel.ts';

export const NOT_LINKED: LocalizedText = {
  ru: 'не привязан: на телефоне WhatsApp → «Связанные устройства» → «Привязка устройства», отсканируйте код с этой страницы',
  en: 'not linked: on the telephone open WhatsApp, Linked devices, Link a device, and scan the code on this page',
};

export const WRONG_KEY: LocalizedText = {
  ru: 'сессия зашифрована другим ключом: верните прежний key или дайте каналу новый id и привяжите заново',
  en: 'its session was encrypted with another key: put the former key back, or give the channel a new id and link it anew',
};

export const UNREADABLE: LocalizedText = {
  ru: 'память канала недоступна: подробности в журнале; пробуем снова',
  en: 'the channel’s memory cannot be read: see the log; it is tried again',
};

export const NOT_KEPT: LocalizedText = {
  ru: 'сообщения приходят, но их не удаётся сохранить: подробности в журнале',
  en: 'messages arrive but cannot be kept: see the log',
};

export const STRANGER: LocalizedText = {
  ru: 'привязали другой номер, не тот, что в otklik.yaml: отвяжите Otklik на том телефоне',
  en: 'another number was linked than the one in otklik.yaml: unlink Otklik on that telephone',
};

export const REMOVED: LocalizedText = {
  ru: 'WhatsApp отвязал это устройство (с телефона или сам)',
  en: 'WhatsApp has removed this linked device (on the telephone, or by itself)',
};

export const NOT_COMPLETED: LocalizedText = {
  ru: 'привязка не завершена',
  en: 'the linking was not completed',
};

export const restricted = (code: number): LocalizedText => ({
  ru: `WhatsApp ограничил этот аккаунт (${code}): загляните в приложение на телефоне и перезапустите Otklik. Официальный Cloud API так не ограничивают`,
  en: `WhatsApp has restricted this account (${code}): look into the app on the telephone, then restart Otklik. The official Cloud API is not restricted like this`,
});

export const OLD_VERSION: LocalizedText = {
  ru: 'WhatsApp больше не принимает эту версию (405): обновите Otklik',
  en: 'WhatsApp takes this version no more (405): update Otklik',
};

export const NO_DEVICES: LocalizedText = {
  ru: 'у этого аккаунта не может быть связанных устройств (411): обновите WhatsApp на телефоне и перезапустите Otklik',
  en: 'this account cannot have linked devices (411): update WhatsApp on the telephone, then restart Otklik',
};

export const REPLACED: LocalizedText = {
  ru: 'этой же сессией пользуется другая программа (440): остановите вторую копию Otklik и перезапустите эту',
  en: 'another program uses this very session (440): stop the second copy of Otklik, then restart this one',
};

export const SILENT: LocalizedText = {
  ru: 'WhatsApp не отвечает; пробуем снова',
  en: 'WhatsApp does not answer; it is tried again',
};

export const OUT_OF_REACH: LocalizedText = {
  ru: 'WhatsApp недоступен; пробуем снова',
  en: 'WhatsApp cannot be reached; it is tried again',
};

export const closedWith = (code: number): LocalizedText => ({
  ru: `WhatsApp закрыл соединение (${code}); пробуем снова`,
  en: `WhatsApp closed the connection (${code}); it is tried again`,
});

export const both = (first: LocalizedText, second: LocalizedText): LocalizedText => ({
  ru: `${first.ru}; ${second.ru}`,
  en: `${first.en}; ${second.en}`,
});
