import type { Calendar } from './calendar.ts';
import type { Author, Event } from './event.ts';
import type { FoldPolicy } from './foldWaits.ts';
import { anybody, type ChannelPeople, type PeopleById, type Person } from './people.ts';
import { type CountsAsAnswer, type Policy, REGULATION } from './policy.ts';
import { type EpochMs, MINUTE } from './time.ts';

export interface RuledChannel extends ChannelPeople {
  readonly name: string;
  readonly policy: Policy;
  /** Who waited before is history (law 7). null or absent: always watched. */
  readonly enforceFrom?: EpochMs | null;
}

/** What its open waits need when otklik.yaml no longer names it. No secrets. */
export interface KeptChannel extends RuledChannel {
  readonly id: string;
  readonly kind: string;
}

export interface GoneChannel extends KeptChannel {
  /** null: a newer otklik.yaml than ours names it. */
  readonly goneSince: EpochMs | null;
}

/** For the engine: a checked configuration, and the gone channels whose open waits go on (law 6). */
export interface Rules {
  readonly channels: ReadonlyMap<string, RuledChannel>;
  readonly people: PeopleById;
  readonly calendar: Calendar | null;
}

/**
 * Unknown channels follow the regulation and ask whoever leads the company: no wait is without a person or a clock
 * (law 6).
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

/** For a channel that is no longer configured: its history still folds. */
const STRICT: CountsAsAnswer = {
  bot: false,
  closing: false,
  reaction: false,
  minCall: 5_000,
  unknown: false,
  formal: true,
};

/** Clause S4. */
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
 * A person's id, by the channel's account, our id, Telegram id or mail address; else the channel's name for them;
 * else `unknown`, credited to the owner only by the channel's setting (law 3).
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

/** Our person's id; null: not ours, or unknown. */
export function whoOfOurs(
  { author, side, channel }: Pick<Event, 'author' | 'side' | 'channel'>,
  { channels, people }: Pick<Rules, 'channels' | 'people'>,
): string | null {
  // A phase may bear the client; an id equal to one of ours means nothing.
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
