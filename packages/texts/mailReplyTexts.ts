import type { Locale } from '@otklik/domain';

/** About replies to pings by mail. */
export interface MailReplyTexts {
  /** Under a ping. */
  hint: string;
  notSent: string;
  failed(problem: string, waits: boolean): string;
  unclear: string;
  files(waits: boolean): string;
  empty(waits: boolean): string;
  quoted(waits: boolean): string;
  unknown: string;
  late(waits: boolean): string;
  pictures: string;
}

const stillWaits = (waits: boolean): string => (waits ? ' Клиент всё ещё ждёт.' : '');
const stillWaiting = (waits: boolean): string => (waits ? ' The client is still waiting.' : '');

const ru: MailReplyTexts = {
  hint: 'Ответьте на это письмо — клиент получит ваш ответ.',
  notSent: 'Ответ не отправлен',
  failed: (problem, waits) => `Причина: ${problem}. Ответьте клиенту другим способом.${stillWaits(waits)}`,
  unclear: 'В том письме несколько клиентов, и непонятно, кому ответ. Ответьте в чате или на доске.',
  files: (waits) =>
    `Письмом клиенту уходит только текст. Файлы отправьте в самом чате или уберите их и ответьте ещё раз.${stillWaits(waits)}`,
  empty: (waits) => `В письме нет ни слова, кроме цитаты и подписи.${stillWaits(waits)}`,
  quoted: (waits) =>
    `Не получилось отделить ваш ответ от цитаты. Удалите цитату и ответьте ещё раз.${stillWaits(waits)}`,
  unknown: 'Обращение, на которое вы ответили, больше не найти.',
  late: (waits) => `Письмо дошло до «Отклика» больше чем через сутки.${stillWaits(waits)}`,
  pictures: 'Картинки из письма не отправлены.',
};

const en: MailReplyTexts = {
  hint: 'Reply to this mail: the client gets your answer.',
  notSent: 'Your answer was not sent',
  failed: (problem, waits) => `Why: ${problem}. Answer some other way.${stillWaiting(waits)}`,
  unclear:
    'That mail named several clients, so it is not clear whom you mean. Answer in the chat, or from the board.',
  files: (waits) =>
    `Only text goes from a mail to the client. Send files in the chat itself, or take them out and reply again.${stillWaiting(waits)}`,
  empty: (waits) => `There is not a word in your mail but quotation and signature.${stillWaiting(waits)}`,
  quoted: (waits) =>
    `Your answer could not be told from the quotation. Delete the quotation and reply again.${stillWaiting(waits)}`,
  unknown: 'The request that you answered is nowhere to be found any more.',
  late: (waits) => `Your mail took more than a day to reach Otklik.${stillWaiting(waits)}`,
  pictures: 'The pictures of your mail were not sent.',
};

const TEXTS: Record<Locale, MailReplyTexts> = { ru, en };

export const mailReplyTextsOf = (locale: Locale): MailReplyTexts => TEXTS[locale];
