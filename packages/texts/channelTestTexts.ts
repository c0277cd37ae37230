import type { LocalizedText } from '@otklik/domain';

/** `place`: the path. `answer`: what the provider would get. */
export const posted = (place: string, answer: string): LocalizedText => ({
  ru: `Событие отправлено на ${place}, ответ провайдеру: ${answer}`,
  en: `The event was posted to ${place}; the provider would get ${answer}`,
});

export const notAnswered = (origin: string): LocalizedText => ({
  ru: `Адрес ${origin} не отвечает: запущен ли Otklik (npm start) и верен ли public_url?`,
  en: `${origin} does not answer: is Otklik running (npm start), and is public_url right?`,
});

const KINDS: Readonly<Record<string, LocalizedText>> = {
  message: { ru: 'сообщение', en: 'a message' },
  comment: { ru: 'комментарий', en: 'a comment' },
  'call ringing': { ru: 'звонок пошёл', en: 'a call rings' },
  'call answered': { ru: 'звонок принят', en: 'a call is answered' },
  'call ended': { ru: 'звонок окончен без разговора', en: 'a call ends without a talk' },
};

/** `kinds`: kinds of events; of a call with its phase, as `call ringing`. */
export function understood(kinds: readonly string[]): LocalizedText {
  const words = kinds.map((kind) => KINDS[kind] ?? { ru: kind, en: kind });
  return {
    ru: `Понято так, от клиента: ${words.map(({ ru }) => ru).join(', ')}`,
    en: `Understood as, of the client: ${words.map(({ en }) => en).join(', ')}`,
  };
}

export const waitOpened = (owner: string, window: LocalizedText): LocalizedText => ({
  ru: `Открыто ожидание: отвечает ${owner}, срок ${window.ru}`,
  en: `A wait was opened: ${owner} is to answer within ${window.en}`,
});

export const toldAtOnce = (recipients: readonly string[]): LocalizedText => ({
  ru: `О пропущенном звонке сообщаем сразу: ${recipients.join(', ')}`,
  en: `The missed call is told at once: ${recipients.join(', ')}`,
});

export const TOLD_NOBODY: LocalizedText = {
  ru: 'О пропущенном звонке никому не сообщено сразу: проверьте missed_call_at_once, after_hours и как людям писать. Сразу после запуска канал сначала догоняет пропущенное, до 30 секунд',
  en: 'Nobody was told of the missed call at once: check missed_call_at_once, after_hours, and how people are reached. Right after a start a channel first catches up, for up to 30 seconds',
};

export const NOT_POSTED: LocalizedText = {
  ru: 'В этот канал ничего не присылают, Otklik читает его сам: проверьте его через channel check',
  en: 'Nothing is posted to this channel, Otklik reads it itself: try channel check',
};

export const NO_ADDRESS: LocalizedText = {
  ru: 'Задайте public_url в otklik.yaml',
  en: 'Set public_url in otklik.yaml',
};

export const NOTHING_UNDERSTOOD: LocalizedText = {
  ru: 'Из события ничего не вышло',
  en: 'Nothing was made of the event',
};

export const NO_WAIT: LocalizedText = {
  ru: 'Ожидание не открылось за 10 секунд: работает ли движок?',
  en: 'No wait was opened within 10 seconds: is the engine running?',
};

export const WAITED_ALREADY: LocalizedText = {
  ru: 'Проверочный клиент уже ждёт с прошлого раза: закройте его обращение на доске и повторите',
  en: 'The client of the test waits already, since an earlier one: close their wait on the board and try again',
};

export const TEST_CLOSED: LocalizedText = {
  ru: 'Проверочное ожидание закрыто: ответ не нужен',
  en: 'The wait of the test was closed: no reply needed',
};

export const TEST_NOT_CLOSED: LocalizedText = {
  ru: 'Проверочное ожидание уже закрыто',
  en: 'The wait of the test was closed already',
};
