import type { Calendar } from './calendar.ts';
import type { Author, Event } from './event.ts';
import type { FoldPolicy } from './foldWaits.ts';
import { anybody, type ChannelPeople, type PeopleById, type Person } from './people.ts';
import { type CountsAsAnswer, type Policy, REGULATION } from './policy.ts';
import { type EpochMs, MINUTE } from './time.ts';

/** What the rules must know of a channel. */
export interface RuledChannel extends ChannelPeople {
  readonly name: string;
  readonly policy: Policy;
  /** When it began to be watched: whoever waited before is history (law 7). null or left out: it always was. */
  readonly enforceFrom?: EpochMs | null;
}

/** Of a channel what its open waits need when otklik.yaml no longer names it. Nothing in it is a secret. */
export interface KeptChannel extends RuledChannel {
  readonly id: string;
  readonly kind: string;
}

/** A channel that otklik.yaml no longer names. */
export interface GoneChannel extends KeptChannel {
  /** null: it is named by a newer otklik.yaml than the one that is in force here. */
  readonly goneSince: EpochMs | null;
}

/**
 * What the engine must know of the company. A checked configuration is one, with the channels that are gone from it: their
 * open waits go on under the last settings (law 6).
 */
export interface Rules {
  readonly channels: ReadonlyMap<string, RuledChannel>;
  readonly people: PeopleById;
  readonly calendar: Calendar | null;
}

/**
 * A channel's settings. Of one that nobody knows any more, by the regulation: a wait is never without a person or a clock
 * (law 6). Then whoever leads the company is asked.
 */
export function channelIn(
  { channels, people }: Pick<Rules, 'channels' | 'people'>,
  id: string,
): RuledChannel {
  return channels.get(id) ?? orphan(id, people);
}

function orphan(id: string, people: PeopleById): RuledChannel {
  const person = anybody(people)?.id ?? '';
  return {
    name: id,
    owner: person,
    duty: [],
    deputies: [],
    head: person,
    accounts: new Map(),
    policy: REGULATION,
  };
}

/** A channel that is no longer configured: its history still folds, by the strictest rules. */
const STRICT: CountsAsAnswer = {
  bot: false,
  closing: false,
  reaction: false,
  minCall: 5_000,
  unknown: false,
  formal: true,
};

/** The standard's window (clause S4). */
const BREACH = 5 * MINUTE;

export function foldPolicyOf(rules: Rules): FoldPolicy {
  return {
    rulesOf: (channel) => rules.channels.get(channel)?.policy.countsAsAnswer ?? STRICT,
    crossChannel: (channel) => rules.channels.get(channel)?.policy.crossChannel ?? true,
    enforceFrom: (channel) => rules.channels.get(channel)?.enforceFrom ?? Number.NEGATIVE_INFINITY,
    breachOf: (channel) => rules.channels.get(channel)?.policy.breach ?? BREACH,
  };
}

/**
 * Who did it, as a person's id where we know them: by the channel's own account of theirs, by our id, Telegram id or mail
 * address; else the name that the channel gives; else `unknown`, which only the channel's setting credits to its owner (law 3).
 */
export function whoDid(event: Event, rules: Rules): string {
  const { author, side } = event;
  if (side === 'bot') return 'bot';
  const named = side === 'employee' ? (author.name ?? author.id) : null;
  const channel = rules.channels.get(event.channel);
  return (
    whoOfOurs(event, rules) ?? named ?? (channel?.policy.countsAsAnswer.unknown ? channel.owner : 'unknown')
  );
}

/** The person behind an event, by their id; null when it is none of ours, or nobody knows. */
export function whoOfOurs(
  { author, side, channel }: Pick<Event, 'author' | 'side' | 'channel'>,
  { channels, people }: Pick<Rules, 'channels' | 'people'>,
): string | null {
  // A phase of a call may bear the client: their id, were it that of one of ours by chance, says nothing of who answered.
  if (side === 'client' || side === 'bot') return null;
  const accounts = [...(channels.get(channel)?.accounts ?? [])];
  const holder = accounts.find(([, held]) => author.id !== null && held.includes(author.id))?.[0];
  return holder ?? [...people.values()].find((person) => isBy(author, person))?.id ?? null;
}

function isBy(author: Author, person: Person): boolean {
  if (author.id !== null && (author.id === person.id || author.id === person.telegram?.toString()))
    return true;
  return author.email !== null && author.email.toLowerCase() === person.email?.toLowerCase();
}
