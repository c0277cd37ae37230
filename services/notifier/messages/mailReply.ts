import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type Person, visible } from '@otklik/domain';
import type { ClaimedNotice, NamedWait, ReplySaid } from '@otklik/store';
import { lasted, mailReplyTextsOf, textsOf } from '@otklik/texts';
import { nameOf } from './ping.ts';

/** What became of a reply by mail. */
export interface ReplyTold {
  readonly mark: '✅' | '⚠️';
  readonly title: string;
  readonly lines: readonly string[];
  readonly said: ReplySaid;
}

/** null for other notices. */
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

/** There is no other mail about that. */
function overOf(wait: NamedWait, reader: Person, config: Config): string[] {
  const texts = textsOf(reader.locale);
  if (wait.voided_at !== null) return [texts.joined];
  if (wait.closed_at === null || wait.outcome === null) return [];
  const by = wait.answered_by === null ? null : nameOf(wait.answered_by, config, texts);
  const lateBy = wait.closed_at - wait.breach_at;
  const late = wait.outcome === 'answered' && lateBy > 0 ? [texts.lateBy(lasted(lateBy, reader.locale))] : [];
  return [texts.closed(wait.outcome, lasted(wait.closed_at - wait.opened_at, reader.locale), by), ...late];
}

/** Marks a client's lines in a ping by mail. */
export const QUOTED = '│ ';

/** Only a ping of ours says that: the quotation was not cut off, so the words go to no client. */
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

/** Mail programs break quoted lines anew. */
const oneLine = (text: string): string => visible(text).replaceAll(/\s+/g, ' ');
