import { randomUUID } from 'node:crypto';
import type { ChannelBase, Config } from '@otklik/config';
import type { Dial, Dialled, LocalizedText } from './channel.ts';
import { channelOf } from './registry.ts';

/** How one of ours can have a client called back. */
export interface CallBack {
  readonly channel: ChannelBase;
  /** What rings first: the account of theirs. */
  readonly from: string;
  /** The client's number, E.164. */
  readonly to: string;
  /** The same, where the client only typed it; null where it is proven. */
  readonly typed: string | null;
  readonly dial: Dial;
}

interface NamedNumbers {
  readonly client_phone: string | null;
  /** What the client gave and nobody vouches for. */
  readonly typed_phone: string | null;
}

/** The proven number, else the one that the client gave: a person who is asked to call may well try it. */
const numberOf = ({ client_phone, typed_phone }: NamedNumbers): string | null => client_phone ?? typed_phone;

/**
 * By which line a person can call the client of a wait: the wait's own where it is a phone line, so that the client sees the
 * number that they rang; else the first on which the person has an account. null where there is no number, or no such line.
 */
export function callBackOf(
  wait: NamedNumbers & { readonly channel: string; readonly closed_at: number | null },
  person: string,
  config: Config,
): CallBack | null {
  const to = numberOf(wait);
  if (to === null || wait.closed_at !== null) return null;
  const own = config.channels.get(wait.channel);
  for (const channel of own && channelOf(own).dial ? [own] : config.channels.values()) {
    const from = channel.accounts.get(person)?.[0];
    const dial = from === undefined ? null : (channelOf(channel).dial?.(channel, config) ?? null);
    if (from !== undefined && dial !== null)
      return { channel, from, to, typed: wait.client_phone === null ? to : null, dial };
  }
  return null;
}

/** Asks the exchange, once. A fault of our own, of which `failed` hears, is no reason to leave the person in the dark. */
export async function orderCall(
  { from, to, dial }: CallBack,
  stopped: AbortSignal,
  failed: (error: unknown) => void,
): Promise<Dialled> {
  try {
    return await dial({ id: randomUUID(), from, to }, stopped);
  } catch (error) {
    failed(error);
    return { outcome: 'unknown', said: OUR_OWN };
  }
}

const OUR_OWN: LocalizedText = {
  ru: 'не знаем, набрала ли АТС: ошибка у нас, подробности в журнале',
  en: 'nobody knows whether the exchange dialled: the fault is ours, see the log',
};

/** Why a call was not made, for a log: an exchange's own words may have the client's number in them. */
export const loggable = ({ en }: LocalizedText): string => en.replaceAll(/\+?\d[\d ()-]{4,}\d/g, '…');
