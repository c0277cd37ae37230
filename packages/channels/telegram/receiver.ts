import type { Delivery, Listener, ListenerState, ListenerWorld } from '../channel.ts';
import { type TelegramAccount, updateKinds } from './account.ts';
import { type BotApi, botApi, type RawUpdate } from './botApi.ts';
import { type Normalised, normaliseUpdate } from './normalise.ts';
import { backoffMs, type Pace, pause, TELEGRAM_PACE } from './pace.ts';
import { pollProblem } from './pollProblem.ts';

const BATCH = 100;

/** One round of the loop: what to wait for before the next, if anything went wrong. */
type Round =
  | { readonly outcome: 'kept'; readonly full: boolean }
  | {
      readonly outcome: 'failed';
      readonly problem: string;
      readonly afterMs: number | null;
      readonly lasting: boolean;
    };

/**
 * Listens to a bot by long polling: fetch, normalise, keep durably, save the place; the next fetch confirms. Whatever is
 * not durably kept is therefore delivered by Telegram again (for 24 h), and whatever is delivered twice is counted once
 * by the id of its event. It never gives up and never touches a webhook that somebody else has set.
 */
export function listenTelegram(
  account: TelegramAccount,
  world: ListenerWorld,
  pace: Pace = TELEGRAM_PACE,
): Listener {
  const stopping = new AbortController();
  const receiver = new Receiver(account, world, pace, stopping.signal);
  return { stop: () => stopping.abort(), done: receiver.run() };
}

class Receiver {
  readonly #account: TelegramAccount;
  readonly #world: ListenerWorld;
  readonly #pace: Pace;
  readonly #stopped: AbortSignal;
  readonly #api: BotApi;
  /** null until it was loaded. */
  #offset: number | null = null;
  #state: ListenerState | null = null;

  constructor(account: TelegramAccount, world: ListenerWorld, pace: Pace, stopped: AbortSignal) {
    this.#account = account;
    this.#world = world;
    this.#pace = pace;
    this.#stopped = stopped;
    this.#api = botApi(account.token.reveal(), account.apiRoot);
  }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.aborted) {
      const round = await this.#round();
      if (this.#stopped.aborted) return;
      if (round.outcome === 'kept') {
        failures = 0;
        this.#reportUp(!round.full);
      } else {
        failures += 1;
        this.#reportDown(round.problem);
        await pause(this.#delayMs(round, failures), this.#stopped);
      }
    }
  }

  async #round(): Promise<Round> {
    try {
      this.#offset ??= offsetOf(await this.#world.loadCursor());
      return await this.#fetchAndKeep(this.#offset);
    } catch (error) {
      this.#world.log.error(
        { account: this.#account.account, err: error },
        'telegram updates could not be kept',
      );
      const problem = 'updates arrive but cannot be kept: see the log';
      return { outcome: 'failed', problem, afterMs: null, lasting: false };
    }
  }

  async #fetchAndKeep(offset: number): Promise<Round> {
    const fetched = await this.#api.getUpdates(
      {
        offset,
        limit: BATCH,
        timeout: this.#isSettled() ? this.#pace.pollSeconds : 0,
        allowed_updates: updateKinds(this.#account),
      },
      { signal: this.#stopped },
    );
    if (fetched.outcome !== 'ok') return await this.#failed(fetched);
    const last = fetched.result.at(-1);
    if (last !== undefined) {
      await this.#keep(fetched.result);
      // Not the greatest id but the last one: ids may start anew after a quiet week, and lower ones then come later.
      await this.#world.saveCursor(String(last.update_id + 1));
      this.#offset = last.update_id + 1;
    }
    return { outcome: 'kept', full: fetched.result.length >= BATCH };
  }

  /** Before it is known that we are up and have read everything, an empty answer must come at once, not after a long poll. */
  #isSettled(): boolean {
    return this.#state?.up === true && this.#state.caughtUp;
  }

  async #failed(failure: Parameters<typeof pollProblem>[1]): Promise<Round> {
    return {
      outcome: 'failed',
      problem: await pollProblem(this.#api, failure, this.#stopped),
      afterMs: failure.outcome === 'retry' ? failure.afterMs : null,
      lasting: failure.outcome === 'refused',
    };
  }

  async #keep(updates: readonly RawUpdate[]): Promise<void> {
    const receivedAt = this.#world.now();
    const read = updates.map((update) => ({ update, ...readUpdate(update, this.#account, receivedAt) }));
    for (const { update, fault } of read) {
      if (fault !== null) await this.#world.quarantine(update, fault);
    }
    const delivery: Delivery = {
      events: read.flatMap(({ events }) => events),
      staff: read.flatMap(({ staff }) => staff),
    };
    if (delivery.events.length + delivery.staff.length > 0) await this.#world.deliver(delivery);
  }

  #delayMs(round: Round & { outcome: 'failed' }, failures: number): number {
    if (round.lasting) return this.#pace.maxBackoffMs;
    return Math.max(round.afterMs ?? 0, backoffMs(this.#pace, failures));
  }

  #reportUp(isShortBatch: boolean): void {
    if (this.#state?.up !== true) this.#world.log.info({ account: this.#account.account }, 'telegram is up');
    this.#report({ up: true, caughtUp: isShortBatch || this.#hasCaughtUp(), problem: null });
  }

  #reportDown(problem: string): void {
    if (this.#state?.problem !== problem) {
      this.#world.log.warn({ account: this.#account.account, problem }, 'telegram is down');
    }
    this.#report({ up: false, caughtUp: this.#hasCaughtUp(), problem });
  }

  #hasCaughtUp(): boolean {
    return this.#state?.caughtUp === true;
  }

  #report(state: ListenerState): void {
    const before = this.#state;
    this.#state = state;
    const same =
      before?.up === state.up && before.caughtUp === state.caughtUp && before.problem === state.problem;
    if (!same) this.#world.report(state);
  }
}

/** Normalising is written not to throw; if it does all the same, one update must not hold up all others. */
function readUpdate(update: RawUpdate, account: TelegramAccount, receivedAt: number): Normalised {
  try {
    return normaliseUpdate(update, account, receivedAt);
  } catch (error) {
    return { events: [], staff: [], fault: `normalising failed: ${String(error)}` };
  }
}

/** 0, or anything that is no offset, means from the oldest update that Telegram still keeps. */
function offsetOf(cursor: string | null): number {
  const offset = Number(cursor ?? 0);
  return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}
