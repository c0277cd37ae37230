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
  /** Tries of link codes, by Telegram account. */
  guesses: Guesses;
  log: Log;
  now(): EpochMs;
  /** Ends before the service does. */
  meanwhile(work: Promise<void>): void;
  readonly menus: Menus;
  /** Aborted when the service stops. */
  readonly stopped: AbortSignal;
}

export type Pressed = Extract<StaffUpdate, { kind: 'press' }>;
export type Words = Extract<StaffUpdate, { kind: 'words' }>;

/** An alert stays until it is closed. */
export interface PressAnswer {
  readonly text: string;
  readonly isAlert?: boolean;
}

/** The next press must not wait for it. */
export interface LaterAnswer {
  readonly meanwhile: Promise<PressAnswer>;
}
