import { type Config, channelOnWait, isChannelGone } from '@otklik/config';
import { clientName, type EpochMs, type Person, SECOND } from '@otklik/domain';
import { cut } from './cut.ts';
import { clockFace, timeOfDay } from './duration.ts';
import { listTextsOf } from './listTexts.ts';
import { nameOf } from './ping.ts';
import { textsOf } from './texts.ts';
import type { Told } from './told.ts';

/** One client in a list. */
export interface ListRow {
  /** Stays the client's own while others are answered. */
  readonly number: number;
  readonly mark: Mark;
  readonly client: string;
  readonly about: string;
  readonly link: string | null;
  /** The notice by which the wait can be taken; null when nobody waits there any more. */
  readonly takes: string | null;
}

/** What a message about several clients says, before a transport dresses it. */
export interface PingList {
  readonly mark: Mark;
  readonly title: string;
  readonly rows: readonly ListRow[];
  /** How many others there are. */
  readonly more: number;
  /** How late it comes, and why: told once for all of them (law 9). */
  readonly late: string | null;
  /** Everybody has an answer already: no reason to make a phone ring. */
  readonly silent: boolean;
}

type Mark = '🔴' | '⏳' | '✅';

/** In UTF-16 units, so that ten rows fit into one message of Telegram. */
const MOST_NAME = 80;
const MOST_ABOUT = 220;

/** The list about these waits, true at `now`, with the `most` urgent of them: whoever still waits comes first. */
export function listOf(
  told: readonly Told[],
  reader: Person,
  config: Config,
  now: EpochMs,
  most: number,
): PingList {
  const texts = listTextsOf(reader.locale);
  const rows = told.map((each, index) => ({ row: rowOf(each, index + 1, reader, config, now), told: each }));
  const open = rows.filter(({ row }) => row.takes !== null);
  const over = rows.filter(({ row }) => row.takes === null);
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
    late: lateLine(told, reader),
    silent: open.length === 0,
  };
}

function rowOf(told: Told, number: number, reader: Person, config: Config, now: EpochMs): ListRow {
  const { wait } = told;
  const [texts, all] = [listTextsOf(reader.locale), textsOf(reader.locale)];
  const time = (at: EpochMs) => timeOfDay(at, now, reader.timezone);
  const name = (id: string) => cut(nameOf(id, config, all), MOST_NAME);
  const place = cut(channelOnWait(config, wait.channel)?.name ?? wait.channel, MOST_NAME);
  const row = { number, client: cut(clientName(wait) ?? all.unnamed, MOST_NAME), link: wait.link };
  const about = (...said: readonly string[]) => cut([place, ...said].join(' · '), MOST_ABOUT);
  if (wait.closed_at !== null && wait.outcome !== null) {
    const by = wait.answered_by === null ? null : name(wait.answered_by);
    const ended = all.closed(wait.outcome, clockFace(wait.closed_at - wait.opened_at), by);
    return { ...row, mark: '✅', about: about(lowerFirst(ended)), takes: null };
  }
  const breached = now >= wait.breach_at;
  return {
    ...row,
    mark: breached ? '🔴' : '⏳',
    about: about(
      breached ? texts.since(time(wait.opened_at)) : texts.answerBy(time(wait.breach_at)),
      ...(isChannelGone(config, wait.channel) ? [texts.channelGone] : []),
      ...(wait.owner === reader.id ? [] : [texts.owner(name(wait.owner))]),
      ...(wait.taken_by !== null && (wait.taken_until ?? 0) > now ? [texts.inWork(name(wait.taken_by))] : []),
      ...(wait.subject ? [wait.subject.title] : []),
    ),
    takes: told.id,
  };
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

function lateLine(told: readonly Told[], reader: Person): string | null {
  const lateBy = (each: Told) => each.firstSentAt - each.due_at;
  const [latest] = told
    .filter((each) => each.late_reason !== null && lateBy(each) >= SECOND)
    .sort((a, b) => lateBy(b) - lateBy(a));
  return latest ? textsOf(reader.locale).late(clockFace(lateBy(latest)), latest.late_reason) : null;
}
