import type { BotApi, StaffUpdate } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { ClockRules, Guesses, LivePeople, RecordRules, Store } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import type { Menus } from './menu.ts';

export interface StaffDeps {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  people: Pick<LivePeople, 'refresh'>;
  api(): BotApi | null;
  /** Of link codes, by Telegram account. */
  guesses: Guesses;
  log: Log;
  now(): EpochMs;
  /** Goes on while the next updates are handled; ends before the service does. */
  meanwhile(work: Promise<void>): void;
  /** What the bot offers to each of our people. */
  readonly menus: Menus;
  /** Aborted when the service can wait no longer. */
  readonly stopped: AbortSignal;
}

export type Pressed = Extract<StaffUpdate, { kind: 'press' }>;
export type Words = Extract<StaffUpdate, { kind: 'words' }>;

/** What the person reads who pressed. An alert stays until it is closed. */
export interface PressAnswer {
  readonly text: string;
  readonly isAlert?: boolean;
}

/** An answer that takes a while: the next press must not wait for it. */
export interface LaterAnswer {
  readonly meanwhile: Promise<PressAnswer>;
}
