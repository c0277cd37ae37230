import type { Call, CallDirection, CallOutcome, CallPhase, Event, EventKind, Side } from '../event.ts';
import { type FoldPolicy, foldWaits, type Wait } from '../foldWaits.ts';
import { type CountsAsAnswer, REGULATION } from '../policy.ts';
import { type DurationMs, type EpochMs, MINUTE } from '../time.ts';

/** The day of every story: a Monday, told in UTC. */
const DAY = '2026-11-23';

/** `10:00:00` or `10:00:00.250` of the story's day as a moment. */
export const at = (time: string): EpochMs => Temporal.Instant.from(`${DAY}T${time}Z`).epochMilliseconds;

/** The other way round; whole seconds are written without a fraction. */
export function timeOf(moment: EpochMs): string {
  return Temporal.Instant.fromEpochMilliseconds(moment).toString().replace(`${DAY}T`, '').replace('Z', '');
}

/**
 * Events as a table, one a line: time, channel/thread, side, kind, id, then options.
 *
 *     10:00:00  site/7   client    message  m1
 *     10:00:30  site/7   client    deletion d1  of=m1
 *     10:01:00  line/+7  employee  call     c1/ended  out answered talk=20
 *
 * Options: `of=ID`, `seq=N`, `formal` (a message that only nods), `empty` (one without words or anything else), `received=TIME` (the time itself when left out), `index=N` (which of those that were received together), a call's direction, outcome, `talk=SECONDS`, `passed` (told by the number that passed it on).
 * The id of a call's event is call/phase.
 */
export function story(table: string): Event[] {
  return table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(eventOf);
}

function eventOf(line: string): Event {
  const [time = '', place = '', side = '', kind = '', id = '', ...options] = line.split(/\s+/);
  const [channel = '', thread = ''] = place.split('/');
  const named = new Map<string, string | undefined>();
  for (const option of options) {
    const [name = '', value] = option.split('=', 2);
    named.set(name, value);
  }
  const happened = at(time);
  const seq = named.get('seq');
  const base = {
    channel,
    id,
    thread,
    side: oneOf<Side>(side, ['client', 'employee', 'bot', 'unknown']),
    author: { id: null, name: null, phone: null, email: null },
    at: happened,
    atSource: 'provider',
    receivedAt: at(named.get('received') ?? time),
    receivedIndex: Number(named.get('index') ?? 0),
    seq: seq === undefined ? null : Number(seq),
  } as const;
  const what = oneOf<EventKind>(kind, [
    'message',
    'comment',
    'call',
    'deletion',
    'bounce',
    'closing',
    'reaction',
    'decision',
  ]);
  if (what === 'deletion' || what === 'bounce') return { ...base, kind: what, of: named.get('of') ?? '' };
  if (what === 'decision') return { ...base, kind: what, decision: 'no_reply_needed' };
  if (what === 'call') return { ...base, kind: what, call: callOf(id, named), text: null, link: null };
  if (what === 'closing' || what === 'reaction') return { ...base, kind: what };
  const formal = named.has('formal');
  const wording = formal || named.has('empty') ? { ...PLAIN, formal, ...(!formal && EMPTY) } : null;
  return { ...base, kind: what, text: null, wording, link: null };
}

const EMPTY = { empty: true } as const;
const PLAIN = { formal: false, farewell: false, apology: false, thanks: false };

const DIRECTIONS: readonly CallDirection[] = ['in', 'out'];
const PHASES: readonly CallPhase[] = ['ringing', 'answered', 'ended'];
const OUTCOMES: readonly CallOutcome[] = ['answered', 'missed', 'no_answer', 'busy', 'failed', 'not_dialled'];

function callOf(eventId: string, options: ReadonlyMap<string, string | undefined>): Call['call'] {
  const [id = '', phase = ''] = eventId.split('/');
  const leg = options.get('leg');
  return {
    id,
    ...(leg !== undefined && { leg }),
    ...(options.has('passed') && { passedOn: true as const }),
    direction: DIRECTIONS.find((direction) => options.has(direction)) ?? 'in',
    phase: oneOf(phase.replace(/\d+$/, ''), PHASES),
    outcome: OUTCOMES.find((outcome) => options.has(outcome)) ?? null,
    talkSeconds: Number(options.get('talk') ?? 0),
  };
}

function oneOf<T extends string>(word: string, words: readonly T[]): T {
  const found = words.find((known) => known === word);
  if (found === undefined) throw new Error(`"${word}" is none of ${words.join(', ')}`);
  return found;
}

export const STRICT: CountsAsAnswer = REGULATION.countsAsAnswer;

/** The company's rules in a test: the strict ones unless said otherwise, answers shared across channels. */
export function rules(
  said: {
    counts?: Partial<CountsAsAnswer>;
    apart?: readonly string[] | 'all';
    breach?: DurationMs;
    /** By channel; `*`: all others. */
    enforceFrom?: Readonly<Record<string, EpochMs>>;
  } = {},
): FoldPolicy {
  const { counts = {}, apart = [], breach = 5 * MINUTE, enforceFrom = {} } = said;
  return {
    rulesOf: () => ({ ...STRICT, ...counts }),
    crossChannel: (channel) => apart !== 'all' && !apart.includes(channel),
    enforceFrom: (channel) => enforceFrom[channel] ?? enforceFrom['*'] ?? Number.NEGATIVE_INFINITY,
    breachOf: () => breach,
  };
}

/**
 * Waits as a table, one a line: where and when it opened, its turns, and its end.
 *
 *     site/7 10:00:00 m1+m2 → 10:02:00 answered by m3
 *     site/7 10:05:00 m4 → waits
 *
 * Of one that is history `(history)` stands behind its turns.
 */
export const waitsTold = (waits: readonly Wait[]): string[] => waits.map(waitTold);

/** A story folded, as such a table. */
export const foldTold = (table: string, policy: FoldPolicy = rules()): string[] =>
  waitsTold(foldWaits(story(table), policy));

function waitTold(wait: Wait): string {
  const ids = wait.turns.map((key) => key.slice(key.indexOf('\n') + 1).replace(/\/.*$/, ''));
  const turns = `${[...new Set(ids)].join('+')}${wait.history ? ' (history)' : ''}`;
  return `${wait.channel}/${wait.thread} ${timeOf(wait.openedAt)} ${turns} → ${endTold(wait)}`;
}

function endTold({ end }: Wait): string {
  if (!end) return 'waits';
  const by = end.outcome === 'withdrawn' ? '' : ` by ${end.by.id}`;
  return `${timeOf(end.at)} ${end.outcome}${by}`;
}
