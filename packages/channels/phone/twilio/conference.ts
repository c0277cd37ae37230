import { type DurationMs, type EpochMs, HOUR, MINUTE, SECOND } from '@otklik/domain';
import type { Memory } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';
import { digitsOf } from '../../provider/phoneNumbers.ts';
import type { PhoneChannel } from '../config.ts';

/**
 * In a conference (and TaskRouter) the client's call has no child: the API makes the colleague's leg, from our
 * number. Without the conference callbacks the pairing is inferred from the times of both calls, for certain only at
 * the end. https://www.twilio.com/docs/voice/api/conference-resource,
 * https://www.twilio.com/docs/taskrouter/handle-assignment-callbacks
 */
export interface Leg {
  readonly sid: string;
  /** `other`: known only to be in a conference. */
  readonly kind: 'client' | 'agent' | 'other';
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly to: string;
  readonly began: EpochMs;
  readonly picked: EpochMs | null;
  readonly ended: EpochMs | null;
  /** It dialled a child, or a machine took it: no talk with a waiting client. */
  readonly dials: boolean;
  readonly conference: string | null;
  readonly joined: EpochMs | null;
  readonly left: EpochMs | null;
  /** False if muted throughout, or coaching. */
  readonly spoke: boolean;
}

const PREFIX = 'twilio-leg:';
const KEPT_MS = 15 * MINUTE;
const LONGEST_MS = 12 * HOUR;
/** When one leaves, both calls end within this time. */
const TOGETHER_MS = 5 * SECOND;
/** No announcement is longer. */
const LONG_TALK_MS = MINUTE;
/** A transfer to somebody else happens within this time. */
const PUT_THROUGH_MS = 20 * SECOND;

/**
 * The talks, as facts of the client's call. `by: 'times'` needs every call and whom it dialled, so only the list may
 * use it.
 */
export function talksIn(
  legs: readonly Leg[],
  now: EpochMs,
  by: 'conference' | 'times',
  nameOf: (to: string) => string | null,
): CallFact[] {
  const clients = legs.filter(({ kind }) => kind === 'client');
  const pairs = legs.flatMap((agent) => clientsOf(agent, clients, legs).map((client) => ({ agent, client })));
  return pairs.flatMap(({ agent, client }): CallFact[] => {
    if (by === 'conference' && !isConferred(agent, client)) return [];
    const talk = talkOf(agent, client);
    const base = {
      call: client.sid,
      leg: agent.sid,
      direction: client.direction,
      outside: client.direction === 'in' ? client.from : client.to,
      line: client.direction === 'in' ? client.to : client.from,
    } as const;
    const employee = agent.kind === 'agent' ? nameOf(agent.to) : null;
    const answered: CallFact = { ...base, phase: 'answered', employee, at: talk.since };
    if (talk.until === null) {
      const isSettled = isConferred(agent, client) || now - talk.since >= PUT_THROUGH_MS;
      return isSettled && agent.ended === null && client.ended === null ? [answered] : [];
    }
    const ended = { ...base, phase: 'ended', at: talk.until } as const;
    // The talk may have been told while in progress.
    if (!isCertain(agent, client, talk.until - talk.since))
      return [{ ...ended, employee: null, outcome: client.direction === 'in' ? 'missed' : 'no_answer' }];
    return [
      answered,
      { ...ended, employee, outcome: 'answered', talkSeconds: (talk.until - talk.since) / SECOND },
    ];
  });
}

/**
 * Whether a leg may have been an ended client's talk, by times alone; then the list decides how the call ended. A leg
 * in progress shows it within a minute.
 */
export const mayHaveTalked = (client: Leg, legs: readonly Leg[], now: EpochMs): boolean =>
  partnersOf(client, legs).some((agent) => {
    if (client.ended === null || isConferred(agent, client)) return false;
    if (agent.ended === null) return now - client.ended <= LONG_TALK_MS;
    return isCertain(agent, client, Math.min(agent.ended, client.ended) - (agent.picked ?? agent.ended));
  });

/** The same, while the leg goes on. */
export const mayTalk = (client: Leg, legs: readonly Leg[], now: EpochMs): boolean =>
  client.ended !== null &&
  now - client.ended <= LONG_TALK_MS &&
  partnersOf(client, legs).some((agent) => agent.ended === null && !isConferred(agent, client));

/** Ended clients with whom the leg may have talked. */
export const endedClientsOf = (agent: Leg, legs: readonly Leg[], now: EpochMs): Leg[] =>
  legs.filter(
    (client) =>
      client.kind === 'client' &&
      client.ended !== null &&
      partnersOf(client, legs).includes(agent) &&
      !mayHaveTalked(client, legs, now),
  );

const partnersOf = (client: Leg, legs: readonly Leg[]): Leg[] => {
  const clients = legs.filter(({ kind }) => kind === 'client');
  return legs.filter((agent) => clientsOf(agent, clients, legs).includes(client));
};

/** The clients whom a leg talks with: all in its conference, or the only one that the times allow. */
function clientsOf(agent: Leg, clients: readonly Leg[], legs: readonly Leg[]): readonly Leg[] {
  if (agent.kind === 'client') return [];
  const inside = clients.filter((client) => isConferred(agent, client));
  if (inside.length > 0) return agent.spoke ? inside : [];
  if (agent.kind !== 'agent' || agent.picked === null || agent.dials) return [];
  // No guess about a told conference or a client known to talk.
  const possible = clients.filter(
    (client) =>
      client.direction === 'in' &&
      !client.dials &&
      !legs.some((other) => isConferred(other, client)) &&
      isOfOneNumber(agent, client) &&
      isAtOneTime(agent, client),
  );
  return possible.length === 1 ? possible : only(possible.filter((client) => endTogether(agent, client)));
}

const only = (legs: readonly Leg[]): readonly Leg[] => (legs.length === 1 ? legs : []);

const isConferred = (agent: Leg, client: Leg): boolean =>
  agent.sid !== client.sid && agent.conference !== null && agent.conference === client.conference;

/** The colleague is called from the number that the client dialled, or sees the client's. */
const isOfOneNumber = (agent: Leg, client: Leg): boolean =>
  [client.to, client.from].some(
    (number) => digitsOf(number) !== null && digitsOf(number) === digitsOf(agent.from),
  );

const isAtOneTime = ({ picked }: Leg, { began, ended }: Leg): boolean =>
  picked !== null && picked >= began && (ended === null || picked < ended);

const endTogether = (agent: Leg, client: Leg): boolean =>
  agent.ended !== null && client.ended !== null && Math.abs(agent.ended - client.ended) <= TOGETHER_MS;

const isCertain = (agent: Leg, client: Leg, lengthMs: DurationMs): boolean =>
  isConferred(agent, client) || endTogether(agent, client) || lengthMs >= LONG_TALK_MS;

/** null: still together, as far as is known. */
function talkOf(agent: Leg, client: Leg): { readonly since: EpochMs; readonly until: EpochMs | null } {
  const since = isConferred(agent, client)
    ? Math.max(agent.joined ?? 0, client.joined ?? 0)
    : (agent.picked ?? agent.began);
  const ends = [agent.ended, client.ended, agent.left, client.left].filter((end) => end !== null);
  // While one is on the line, nobody knows whether they ended together.
  const isOver = isConferred(agent, client) ? ends.length > 0 : agent.ended !== null && client.ended !== null;
  const until = ends.length > 0 ? Math.max(since, Math.min(...ends)) : null;
  const isLong = until !== null && until - since >= LONG_TALK_MS;
  return { since, until: isOver || (client.ended !== null && isLong) ? until : null };
}

/** The earlier time wins. */
export const joinLegs = (a: Leg | undefined, b: Leg): Leg =>
  a === undefined
    ? b
    : {
        ...(b.kind === 'other' ? a : b),
        began: Math.min(a.began, b.began),
        picked: earlier(a.picked, b.picked),
        ended: earlier(a.ended, b.ended),
        dials: a.dials || b.dials,
        conference: a.conference ?? b.conference,
        joined: earlier(a.joined, b.joined),
        left: earlier(a.left, b.left),
        spoke: a.spoke || b.spoke,
      };

const earlier = (a: EpochMs | null, b: EpochMs | null): EpochMs | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

/** Used while the database is away. */
const heardHere = new WeakMap<PhoneChannel, Map<string, Leg>>();

/** The account's recent legs. */
export async function recallLegs(
  channel: PhoneChannel,
  memory: Memory,
  now: EpochMs,
): Promise<ReadonlyMap<string, Leg>> {
  const isOld = ({ began, ended }: Leg): boolean =>
    ended === null ? now - began > LONGEST_MS : now - ended > KEPT_MS;
  const legs = new Map(heardHere.get(channel));
  try {
    const all = [...(await memory.recallAll(PREFIX))].map(([name, text]) => ({
      name,
      leg: JSON.parse(text) as Leg,
    }));
    for (const { leg } of all) legs.set(leg.sid, joinLegs(legs.get(leg.sid), leg));
    const old = all.filter(({ leg }) => isOld(leg));
    if (old.length > 0) await memory.remember(new Map(old.map(({ name }) => [name, null])), 'history');
  } catch {
    // Uses what this process knows.
  }
  const known = new Map([...legs].filter(([, leg]) => !isOld(leg)));
  heardHere.set(channel, known);
  return known;
}

export async function rememberLegs(
  channel: PhoneChannel,
  memory: Memory,
  legs: readonly Leg[],
): Promise<void> {
  const known = heardHere.get(channel) ?? new Map<string, Leg>();
  heardHere.set(channel, known);
  for (const leg of legs) known.set(leg.sid, leg);
  const values = new Map(legs.map((leg) => [`${PREFIX}${leg.sid}`, JSON.stringify(leg)]));
  await memory.remember(values, 'history').catch(() => undefined);
}
