import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type Locale, type Person, visible } from '@otklik/domain';
import type { ClaimedNotice, NamedWait, ReplySaid } from '@otklik/store';
import { lasted } from './duration.ts';
import { nameOf } from './ping.ts';
import { textsOf } from './texts.ts';

/** The words about replies by mail. Written twice, not translated. */
export interface MailReplyTexts {
  /** Under a ping: where a reply reaches the client. */
  hint: string;
  /** Of a reply that went to nobody. */
  notSent: string;
  /** The channel did not take it. */
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

/** What became of a reply, before the mail dresses it. */
export interface ReplyTold {
  readonly mark: '✅' | '⚠️';
  readonly title: string;
  readonly lines: readonly string[];
  readonly said: ReplySaid;
}

/** null for a notice of another kind. */
export function replyToldOf(notice: ClaimedNotice, reader: Person, config: Config): ReplyTold | null {
  if (notice.type !== 'reply.told') return null;
  const said = notice.data as ReplySaid;
  const { wait } = notice;
  const [texts, words] = [textsOf(reader.locale), mailReplyTextsOf(reader.locale)];
  const client = (wait && clientName(wait)) ?? texts.unnamed;
  const over = wait === null ? [] : overOf(wait, reader, config);
  const pictures = said.mail.pictures ? [words.pictures] : [];
  if (said.fate === 'sent')
    return { mark: '✅', title: texts.sentTo(client), lines: [...over, ...pictures], said };
  return {
    mark: '⚠️',
    title: words.notSent,
    lines: [whyNot(said, wait, reader, config), ...over],
    said,
  };
}

function whyNot(said: ReplySaid, wait: NamedWait | null, reader: Person, config: Config): string {
  const [texts, words] = [textsOf(reader.locale), mailReplyTextsOf(reader.locale)];
  const waits = wait !== null && wait.closed_at === null && wait.voided_at === null;
  switch (said.fate) {
    case 'unclear':
      return words.unclear;
    case 'files':
      return words.files(waits);
    case 'empty':
      return words.empty(waits);
    case 'quoted':
      return words.quoted(waits);
    case 'late':
      return words.late(waits);
    case 'cannot': {
      const id = wait?.channel ?? '';
      return texts.cannotWrite(channelOnWait(config, id)?.name ?? id, waits);
    }
    case 'failed':
      return words.failed(said.why?.[reader.locale] ?? texts.notGotThrough, waits);
    default:
      return words.unknown;
  }
}

/** How it ended, where it has: nobody gets a mail of its own about that. */
function overOf(wait: NamedWait, reader: Person, config: Config): string[] {
  const texts = textsOf(reader.locale);
  if (wait.voided_at !== null) return [texts.joined];
  if (wait.closed_at === null || wait.outcome === null) return [];
  const by = wait.answered_by === null ? null : nameOf(wait.answered_by, config, texts);
  const lateBy = wait.closed_at - wait.breach_at;
  const late = wait.outcome === 'answered' && lateBy > 0 ? [texts.lateBy(lasted(lateBy, reader.locale))] : [];
  return [texts.closed(wait.outcome, lasted(wait.closed_at - wait.opened_at, reader.locale), by), ...late];
}

/** Stands before each of several lines of a client in a ping by mail. */
export const QUOTED = '│ ';

/** Whether words hold what only a ping of ours says: then the quotation was not told from them, and they go to no client. */
export function quotesPing(words: string, wait: NamedWait): boolean {
  if (words.split('\n').some((line) => line.startsWith(QUOTED))) return true;
  const said = oneLine(words);
  const client = clientName(wait);
  const ours = (['ru', 'en'] as const).flatMap((locale) => {
    const [texts, mail] = [textsOf(locale), mailReplyTextsOf(locale)];
    const named = client ?? texts.unnamed;
    const titles = [
      texts.waits(named),
      texts.overdue(named),
      texts.missedCall(named),
      texts.notCalledBack(named),
    ];
    return [mail.hint, texts.noMailReply, ...titles];
  });
  return [...ours, `wait=${wait.id}`].some((line) => said.includes(oneLine(line)));
}

/** Programs break lines anew where they quote. */
const oneLine = (text: string): string => visible(text).replaceAll(/\s+/g, ' ');
