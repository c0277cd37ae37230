import { randomUUID } from 'node:crypto';
import type { ChannelBase, Config } from '@otklik/config';
import type { Dial, Dialled, LocalizedText } from './channel.ts';
import { channelOf } from './registry.ts';

export interface CallBack {
  readonly channel: ChannelBase;
  /** Their account rings first. */
  readonly from: string;
  /** E.164. */
  readonly to: string;
  /** The same number if only typed; null if proven. */
  readonly typed: string | null;
  readonly dial: Dial;
}

interface NamedNumbers {
  readonly client_phone: string | null;
  /** Unproven. */
  readonly typed_phone: string | null;
}

/** Proven first; a typed one is worth a try. */
const numberOf = ({ client_phone, typed_phone }: NamedNumbers): string | null => client_phone ?? typed_phone;

/**
 * Takes the wait's own phone line, whose number the client knows; otherwise the first line with an account of the
 * person. null without number or line.
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

/** Asks once. An error of ours goes to `failed`, and the person still gets an answer. */
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

/** Hides numbers from the log: an exchange may quote the client's. */
export const loggable = ({ en }: LocalizedText): string => en.replaceAll(/\+?\d[\d ()-]{4,}\d/g, '…');
