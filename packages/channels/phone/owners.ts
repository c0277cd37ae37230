import { type Config, channelsOf } from '@otklik/config';
import type { EpochMs, Event } from '@otklik/domain';
import { type CallFact, callEvent } from '../provider/callFact.ts';
import { digitsOf, isExtension, isSameLine, toE164 } from '../provider/phoneNumbers.ts';
import { type PhoneChannel, phoneKind } from './config.ts';

/** A line that clients call and no channel lists. */
export interface Stray {
  /** As the exchange writes it. */
  readonly line: string;
  /** Who gets its calls; null: nobody. */
  readonly channel: string | null;
}

/** Drops calls to unlisted numbers and between our own telephones, where nobody waits. */
export function eventsOf(
  facts: readonly CallFact[],
  posted: PhoneChannel,
  config: Config,
  now: EpochMs,
): { readonly events: Event[]; readonly strays: readonly Stray[] } {
  const listed = phones(config).flatMap(({ numbers }) => numbers);
  const ours = new Set(listed.map(lastDigits).filter((digits) => digits !== null));
  const strays = new Map<string, Stray>();
  const events = facts.flatMap((fact) => {
    if (isExtension(fact.outside) || ours.has(lastDigits(fact.outside) ?? '')) return [];
    const { channel, stray } = ownerOf(fact, posted, config);
    if (stray) strays.set(stray.line, stray);
    return channel === null ? [] : [callEvent(fact, channel, now)];
  });
  return { events, strays: [...strays.values()] };
}

/**
 * An exchange has one address for all lines, so the line decides. A call without a line (many call-backs), or on an
 * unlisted name (a SIP address, a scheme), goes to the channel that heard of it.
 */
function ownerOf(
  { line, direction }: Pick<CallFact, 'line' | 'direction'>,
  posted: PhoneChannel,
  config: Config,
): { readonly channel: PhoneChannel | null; readonly stray: Stray | null } {
  const all = [posted, ...phones(config).filter((each) => accountKey(each) === accountKey(posted))];
  const ofAllOthers = all.find(({ numbers }) => numbers.length === 0) ?? null;
  const isTold = line !== null && line.trim() !== '' && !isExtension(line);
  if (!isTold) return { channel: ofAllOthers ?? posted, stray: null };
  const owner = all.find((each) => hasLine(each, line)) ?? ofAllOthers;
  if (owner) return { channel: owner, stray: null };
  const channel = toE164(line, posted.country) === null ? posted : null;
  return { channel, stray: direction === 'in' ? { line, channel: channel?.id ?? null } : null };
}

const hasLine = ({ numbers }: PhoneChannel, line: string): boolean =>
  numbers.some((number) => isSameLine(number, line));

/** Whether the account has the line by now. */
export const isListed = (line: string, channel: PhoneChannel, config: Config): boolean =>
  ownerOf({ line, direction: 'in' }, channel, config).stray === null;

const lastDigits = (number: string): string | null => digitsOf(number)?.slice(-10) ?? null;

export const phones = (config: Config): PhoneChannel[] => channelsOf(config, phoneKind);

export const accountKey = ({ id, provider, account, token, secret }: PhoneChannel): string =>
  JSON.stringify([provider, account ?? secret?.reveal() ?? token?.reveal() ?? id]);

/** The first channel of an account speaks for all its lines. */
export const accountsOf = (config: Config): PhoneChannel[] => [
  ...new Map(
    phones(config)
      .toReversed()
      .map((channel) => [accountKey(channel), channel]),
  ).values(),
];

/** The channel that speaks for this one's account. */
export const speakerOf = (channel: PhoneChannel, config: Config): PhoneChannel =>
  accountsOf(config).find((each) => accountKey(each) === accountKey(channel)) ?? channel;
