import type { EpochMs, Event } from '@otklik/domain';
import type { Delivery } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import type { TelegramChannel } from './config.ts';
import type { Known } from './facts.ts';

/** `fault` says why an update of a kind that we handle could not be understood: then somebody must look at its body. */
export interface Normalised extends Delivery {
  readonly fault: string | null;
  /** What is to be remembered of the account. */
  readonly facts: ReadonlyMap<string, string>;
  /** What is to be remembered as long as the events. */
  readonly history: ReadonlyMap<string, string>;
}

export const NOTHING: Normalised = {
  events: [],
  staff: [],
  fault: null,
  facts: new Map(),
  history: new Map(),
};

/** What one update is read with. */
export interface Reading {
  readonly updateId: number;
  readonly account: TelegramAccount;
  readonly known: Known;
  readonly receivedAt: EpochMs;
}

/** The same, of a bot that clients write to. */
export interface ClientReading extends Reading {
  readonly channel: TelegramChannel;
}

export const only = (...events: Event[]): Normalised => ({ ...NOTHING, events });
