import type { EpochMs, Event } from '@otklik/domain';
import type { Delivery } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import type { TelegramChannel } from './config.ts';
import type { Known } from './facts.ts';

/** `fault`: why a handled update was not understood, for a person. */
export interface Normalised extends Delivery {
  readonly fault: string | null;
  /** Facts of the account. */
  readonly facts: ReadonlyMap<string, string>;
  /** Facts kept as long as the events. */
  readonly history: ReadonlyMap<string, string>;
}

export const NOTHING: Normalised = {
  events: [],
  staff: [],
  fault: null,
  facts: new Map(),
  history: new Map(),
};

export interface Reading {
  readonly updateId: number;
  readonly account: TelegramAccount;
  readonly known: Known;
  readonly receivedAt: EpochMs;
}

/** For a bot that clients write to. */
export interface ClientReading extends Reading {
  readonly channel: TelegramChannel;
}

export const only = (...events: Event[]): Normalised => ({ ...NOTHING, events });
