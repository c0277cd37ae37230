import { type EpochMs, HOUR, MINUTE, SECOND } from '@otklik/domain';
import type { Memory } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';

/**
 * MegaFon gives a consultation during a talk a call id of its own and mostly the client's number. So a call that
 * begins while the same client talks is not the client's. It is missed only if the talk ended first: the client was
 * transferred and nobody picked up.
 */

interface Known {
  readonly call: string;
  readonly outside: string;
  readonly direction: 'in' | 'out';
  readonly line: string | null;
  readonly began: EpochMs;
  /** When a colleague began to talk. */
  readonly since: EpochMs | null;
  readonly until: EpochMs | null;
  readonly isMissed: boolean;
  /** The colleague's number. */
  readonly own: string | null;
  /** A client was transferred to it. */
  readonly isPassedOn: boolean;
  /** Told when the talk ends during which it began. */
  readonly held: readonly CallFact[];
}

const PREFIX = 'megafon-call:';
/** A finished call is compared for this long; one longer than LONGEST_MS lost its end. */
const KEPT_MS = 15 * MINUTE;
const LONGEST_MS = 6 * HOUR;
/** Live events are timed by arrival. */
const SLACK_MS = SECOND;

export interface Heard {
  readonly facts: readonly CallFact[];
  readonly call: string;
  /** The colleague's number. */
  readonly own: string | null;
  /** The talk is over; only the history has the exact time. */
  readonly isOver: boolean;
  /** The call to which this one was transferred. */
  readonly passedTo: string | null;
  /** Whether the history is read too. */
  readonly isListed: boolean;
}

/** Corrects facts by the other calls. Without the memory they stay as they are. */
export async function toldByMegafon(
  heard: Heard,
  memory: Memory,
  now: EpochMs,
): Promise<readonly CallFact[]> {
  try {
    const known = await recallCalls(memory, now);
    const { told, changed } = inTheLightOf(known, heard, now);
    const values = new Map(changed.map((call) => [`${PREFIX}${call.call}`, JSON.stringify(call)]));
    if (values.size > 0) await memory.remember(values, 'history');
    return told;
  } catch {
    return heard.facts;
  }
}

function inTheLightOf(
  known: ReadonlyMap<string, Known>,
  heard: Heard,
  now: EpochMs,
): { readonly told: readonly CallFact[]; readonly changed: readonly Known[] } {
  const before = known.get(heard.call) ?? null;
  const call = learnt(before, heard, now);
  // The consulted colleague talks with the client, or rings for them.
  const found = known.get(heard.passedTo ?? '');
  const passed = found && { ...found, isPassedOn: true };
  const told = passed?.since != null ? [noTurn(passed)] : [];
  if (call === null) return { told: [...told, ...heard.facts], changed: passed ? [passed] : [] };
  const others = [...known.values()].filter((other) => other.call !== call.call);
  const isHeld = others.some((talk) => isDuring(call, talk) && talk.until === null);
  const own: Known = isHeld && call.until !== null ? { ...call, held: heard.facts } : call;
  const during = others.filter((other) => isDuring(other, own));
  for (const other of during) told.push(...settled(other, own, other.held));
  const released = during.filter(({ held }) => own.until !== null && held.length > 0);
  // If the rest is lost, the client at least waits.
  const rings = isHeld && !heard.isListed ? heard.facts.filter(({ phase }) => phase === 'ringing') : [];
  return {
    told: [...told, ...rings, ...toldOf(own, heard.facts, others)],
    changed: [own, ...(passed ? [passed] : []), ...released.map((other) => ({ ...other, held: [] }))],
  };
}

function toldOf(call: Known, facts: readonly CallFact[], others: readonly Known[]): readonly CallFact[] {
  if (facts.length === 0 || isColleagues(call, others)) return [];
  const talk = others.find((other) => isDuring(call, other));
  if (talk) return settled(call, talk, facts);
  const isAnswered = call.isPassedOn && call.until !== null && !call.isMissed;
  return isAnswered ? [...facts, noTurn(call)] : facts;
}

/** Corrects a list's calls by each other and by those in progress. */
export async function listedByMegafon(
  rows: readonly (readonly CallFact[])[],
  memory: Memory,
  now: EpochMs,
): Promise<readonly CallFact[]> {
  const remembered = await recallCalls(memory, now);
  const calls = new Map(remembered);
  for (const facts of rows) {
    const call = facts[0]?.call ?? '';
    const heard = { facts, call, own: null, isOver: true, passedTo: null, isListed: true };
    const known = learnt(remembered.get(call) ?? null, heard, now);
    if (known) calls.set(call, known);
  }
  return rows.flatMap((facts) => {
    const call = calls.get(facts[0]?.call ?? '');
    return call ? toldOf(call, facts, [...calls.values()]) : facts;
  });
}

/**
 * Whether a call began while the same client talked. A company may share one number, so the talk must name the
 * dialled line and this call none.
 */
const isDuring = (call: Known, talk: Known): boolean =>
  call.call !== talk.call &&
  call.direction === 'in' &&
  call.line === null &&
  talk.line !== null &&
  call.outside !== '' &&
  call.outside === talk.outside &&
  talk.since !== null &&
  talk.since <= call.began &&
  (talk.until === null || talk.until > call.began + SLACK_MS);

/** Whether a talking colleague calls another from their own number. */
const isColleagues = (call: Known, others: readonly Known[]): boolean =>
  others.some(
    ({ own, since, until }) =>
      own !== null &&
      own === call.outside &&
      since !== null &&
      since <= call.began &&
      (until === null || until > call.began),
  );

/** None while the talk goes on. */
function settled(call: Known, talk: Known, facts: readonly CallFact[]): readonly CallFact[] {
  if (talk.until === null || call.until === null) return [];
  const isPassedOn = call.isMissed && talk.until + SLACK_MS < call.until;
  return isPassedOn ? facts : [...(call.isMissed ? [] : facts), noTurn(call)];
}

/** Says that the client did not call. */
const noTurn = ({ call, outside, line, began }: Known): CallFact => ({
  call,
  direction: 'in',
  outside,
  line,
  phase: 'ended',
  which: 'transfer',
  employee: null,
  at: began,
  outcome: 'not_dialled',
});

function learnt(before: Known | null, { facts, call, own, isOver }: Heard, now: EpochMs): Known | null {
  const [first] = facts;
  if (!first) return before && isOver && before.until === null ? { ...before, until: now } : before;
  const of = (phase: CallFact['phase']) => facts.find((fact) => fact.phase === phase && !fact.isMachine);
  const at = (fact: CallFact | undefined) => fact && (fact.at ?? now);
  const [rang, talk, ended] = [at(of('ringing')), at(of('answered')), of('ended')];
  return {
    call,
    outside: first.outside.replaceAll(/\D/g, ''),
    direction: first.direction,
    line: first.line ?? before?.line ?? null,
    began: Math.min(rang ?? talk ?? now, before?.began ?? now),
    since: earlier(talk, before?.since),
    until: earlier(at(ended) ?? (isOver ? now : null), before?.until),
    isMissed: ended ? ended.outcome !== 'answered' : (before?.isMissed ?? false),
    own: talk !== undefined && own ? own.replaceAll(/\D/g, '') : (before?.own ?? null),
    isPassedOn: before?.isPassedOn ?? false,
    held: before?.held ?? [],
  };
}

/** The history is exact and arrivals come later, so the earlier wins. */
const earlier = (a: EpochMs | null | undefined, b: EpochMs | null | undefined): EpochMs | null =>
  a == null || b == null ? (a ?? b ?? null) : Math.min(a, b);

/** Drops and forgets old calls. */
async function recallCalls(memory: Memory, now: EpochMs): Promise<ReadonlyMap<string, Known>> {
  const all = [...(await memory.recallAll(PREFIX))].map(([name, text]) => ({
    name,
    call: JSON.parse(text) as Known,
  }));
  const isOld = ({ began, until }: Known) =>
    until === null ? now - began > LONGEST_MS : now - until > KEPT_MS;
  const old = all.filter(({ call }) => isOld(call));
  if (old.length > 0) await memory.remember(new Map(old.map(({ name }) => [name, null])), 'history');
  return new Map(all.filter(({ call }) => !isOld(call)).map(({ call }) => [call.call, call]));
}
