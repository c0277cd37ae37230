import { type Config, channelOnWait, isChannelGone } from '@otklik/config';
import { clientName, type EpochMs, type Person, SECOND, visible } from '@otklik/domain';
import type { NamedWait } from '@otklik/store';
import {
  type ListTexts,
  lasted,
  listTextsOf,
  lowerFirst,
  type Texts,
  textsOf,
  timeOfDay,
} from '@otklik/texts';
import { cut } from './cut.ts';
import { nameOf } from './ping.ts';
import type { Told } from './told.ts';

/** One client in a list. */
export interface ListRow {
  readonly wait: string;
  /** Stays the same while others are answered. */
  readonly number: number;
  readonly mark: Mark;
  readonly client: string;
  readonly about: string;
  /** As far as privacy allows; null: they wait no more, or called. */
  readonly words: string | null;
  readonly link: string | null;
  /** What «Беру» acts on; null: nobody waits there any more. */
  readonly acknowledges: string | null;
  /** For a dispute of a late answer; null: the reader cannot. */
  readonly blames: string | null;
}

export interface PingList {
  readonly mark: Mark;
  readonly title: string;
  readonly rows: readonly ListRow[];
  /** How many are not shown. */
  readonly more: number;
  /** What to say to those who waited too long (clause S6). */
  readonly owed: readonly string[];
  /** How late it comes and why, once for all (law 9). */
  readonly late: string | null;
  /** No phone has to ring. */
  readonly silent: boolean;
}

type Mark = '🔴' | '⏳' | '✅';

/** UTF-16 units: ten rows fit into a Telegram message. */
const MOST_NAME = 60;
const MOST_ABOUT = 160;
const MOST_WORDS = 110;

/** True at `now`. The `most` urgent waits, open ones first. */
export function listOf(
  told: readonly Told[],
  reader: Person,
  config: Config,
  now: EpochMs,
  most: number,
): PingList {
  const texts = listTextsOf(reader.locale);
  const rows = told.map((each, index) => ({
    row: rowOf(each.wait, { number: index + 1, notice: each.id }, reader, config, now),
    told: each,
  }));
  const open = rows.filter(({ row }) => row.acknowledges !== null);
  const over = rows.filter(({ row }) => row.acknowledges === null);
  const shown = new Set([...open, ...over].slice(0, most));
  const mark = open.some(({ row }) => row.mark === '🔴') ? '🔴' : open.length > 0 ? '⏳' : '✅';
  const answered = told.every(({ wait }) => wait.outcome === 'answered');
  return {
    mark,
    title: told.some(({ held }) => held)
      ? texts.whileAway(told.length)
      : open.length > 0
        ? texts.waiting(open.length)
        : answered
          ? texts.allAnswered(told.length)
          : texts.nobodyWaits(told.length),
    rows: rows.filter((each) => shown.has(each)).map(({ row }) => row),
    more: told.length - shown.size,
    owed: owedTo(
      told.map(({ wait }) => wait),
      reader,
      now,
    ),
    late: lateLine(told, reader),
    silent: open.length === 0,
  };
}

/** True at `now`. */
export interface WaitsPage {
  readonly mark: Mark;
  readonly title: string;
  readonly rows: readonly ListRow[];
  readonly owed: readonly string[];
  readonly page: number;
  readonly pages: number;
}

/** `waits`: longest first. `total`: of all pages. */
export function waitsPageOf(
  waits: readonly NamedWait[],
  { page, size, total }: { readonly page: number; readonly size: number; readonly total: number },
  reader: Person,
  config: Config,
  now: EpochMs,
): WaitsPage {
  const texts = listTextsOf(reader.locale);
  const first = (page - 1) * size + 1;
  const rows = waits.map((wait, index) =>
    rowOf(wait, { number: first + index, notice: null }, reader, config, now),
  );
  const isCut = total > waits.length;
  return {
    mark: rows.some(({ mark }) => mark === '🔴') ? '🔴' : '⏳',
    title: isCut ? texts.waitingPage(total, first, first + rows.length - 1) : texts.waiting(total),
    rows,
    owed: owedTo(waits, reader, now),
    page,
    pages: Math.max(1, Math.ceil(total / size)),
  };
}

function owedTo(waits: readonly NamedWait[], reader: Person, now: EpochMs): string[] {
  const [texts, all] = [listTextsOf(reader.locale), textsOf(reader.locale)];
  const late = waits.filter(({ closed_at, breach_at }) => closed_at === null && now >= breach_at);
  return [
    ...(late.some(({ kind }) => kind !== 'call') ? [texts.owed(all.apologise)] : []),
    ...(late.some(({ kind }) => kind === 'call') ? [texts.owed(all.callFirst)] : []),
  ];
}

/** `notice`: null where the list itself tells of the wait. */
function rowOf(
  wait: NamedWait,
  { number, notice }: { readonly number: number; readonly notice: string | null },
  reader: Person,
  config: Config,
  now: EpochMs,
): ListRow {
  const [texts, all] = [listTextsOf(reader.locale), textsOf(reader.locale)];
  const time = (at: EpochMs) => timeOfDay(at, now, reader.timezone);
  const name = (id: string) => cut(nameOf(id, config, all), MOST_NAME);
  const place = cut(channelOnWait(config, wait.channel)?.name ?? wait.channel, MOST_NAME);
  const client = cut(clientName(wait) ?? all.unnamed, MOST_NAME);
  const row = { wait: wait.id, number, client, link: wait.link, words: null, blames: null };
  const about = (...said: readonly string[]) => cut([place, ...said].join(' · '), MOST_ABOUT);
  if (wait.closed_at !== null && wait.outcome !== null) {
    const by = wait.answered_by === null ? null : name(wait.answered_by);
    const ended = all.closed(wait.outcome, lasted(wait.closed_at - wait.opened_at, reader.locale), by);
    const isTheirs = wait.owner === reader.id && wait.breached_at !== null && !wait.disputed;
    return {
      ...row,
      mark: '✅',
      about: about(lowerFirst(ended)),
      acknowledges: null,
      blames: isTheirs ? notice : null,
    };
  }
  const breached = now >= wait.breach_at;
  return {
    ...row,
    mark: breached ? '🔴' : '⏳',
    about: about(
      breached ? texts.since(time(wait.opened_at)) : texts.answerBy(time(wait.breach_at)),
      ...(isChannelGone(config, wait.channel) ? [texts.channelGone] : []),
      ...(wait.owner === reader.id ? handedTo(wait, texts) : [texts.owner(name(wait.owner))]),
      ...(wait.taken_by !== null && (wait.taken_until ?? 0) > now
        ? [wait.taken_by === reader.id ? texts.yours : texts.inWork(name(wait.taken_by))]
        : []),
      ...(wait.subject ? [wait.subject.title] : []),
    ),
    words: wait.kind === 'call' ? `📞 ${all.call}` : quoted(wait.text, all),
    acknowledges: notice ?? wait.id,
  };
}

const handedTo = ({ owner_why }: NamedWait, texts: ListTexts): string[] => {
  if (owner_why === 'handed_over') return [texts.handedOver];
  return owner_why === 'handed_back' ? [texts.handedBack] : [];
};

/** In one line: it must not look like a row of ours. */
function quoted(text: string | null, texts: Texts): string | null {
  const words = text === null ? '' : visible(text).replaceAll(/\s+/g, ' ').trim();
  return words === '' ? null : texts.quoted(cut(words, MOST_WORDS));
}

function lateLine(told: readonly Told[], reader: Person): string | null {
  const lateBy = (each: Told) => each.firstSentAt - each.due_at;
  const [latest] = told
    .filter((each) => each.late_reason !== null && lateBy(each) >= SECOND)
    .sort((a, b) => lateBy(b) - lateBy(a));
  return latest
    ? textsOf(reader.locale).late(lasted(lateBy(latest), reader.locale), latest.late_reason)
    : null;
}
