import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { TestWorld } from './testWorld.ts';

/**
 * A provider with one account, one client chat and one employee, as a fake or a real server plays it. The contract drives
 * every kind of channel through this, so that all keep the same rules (DESIGN's laws 1 to 5).
 */
export interface ContractProvider {
  /** A config with one channel: the one under test. */
  readonly config: Config;
  /** The client writes. `at` is the provider's clock, now when left out; two chats are told apart by `chat`. */
  clientWrites(text: string, options?: { at?: EpochMs; chat?: number }): Promise<void>;
  /** The employee answers in the provider's own app. */
  employeeAnswers(text: string, options?: { at?: EpochMs; chat?: number }): Promise<void>;
  /** A machine answers: an away message, an auto-reply. */
  botAnswers(text: string, options?: { chat?: number }): Promise<void>;
  /** The client changes their last message; null where the provider has no edits. */
  readonly clientEdits: ((text: string) => Promise<void>) | null;
  /** The client takes their last message back; null where we are not told, or not told who did. */
  readonly clientDeletes: (() => Promise<void>) | null;
  /** The provider sends something of a kind that nobody has heard of. */
  sendsUnknownKind(): Promise<void>;
  /** The provider delivers again what it has delivered before, in another order where it may. */
  deliversAgain(): Promise<void>;
  /**
   * Our program starts: listens, and is posted to, with this world. `stop` ends it as `kill -9` would, as far as that goes
   * in one process: what `world` has kept survives, nothing else does.
   */
  start(world: TestWorld): Promise<{ stop(): Promise<void> }>;
  close(): Promise<void>;
}
