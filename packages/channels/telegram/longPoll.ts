import { isDeepStrictEqual } from 'node:util';
import { type EpochMs, MINUTE } from '@otklik/domain';
import { backoffMs, pause } from '@otklik/timing';
import type { Listener, ListenerDeps, ListenerState, LocalizedText, ToldAside } from '../channel.ts';
import { type TelegramAccount, updateKinds } from './account.ts';
import { type BotApi, botApi, type RawUpdate } from './botApi.ts';
import { type Coverage, FULL, gapsOf, lookAtCoverage, problemOf } from './coverage.ts';
import { type Pace, TELEGRAM_PACE } from './pace.ts';
import { pollProblem } from './pollProblem.ts';
import { readUpdates } from './readUpdates.ts';

const BATCH = 100;
const COVERAGE_EVERY_MS = 10 * MINUTE;

const NOT_KEPT: LocalizedText = {
  ru: 'сообщения приходят, но сохранить их не удаётся: смотрите журнал',
  en: 'updates arrive but cannot be kept: see the log',
};

type Round =
  | { readonly outcome: 'kept'; readonly full: boolean }
  | {
      readonly outcome: 'failed';
      readonly problem: LocalizedText;
      readonly afterMs: number | null;
      readonly lasting: boolean;
    };

/**
 * Long polling: fetch, normalise, keep durably, save the offset; the next fetch confirms. What was not kept comes
 * again (for 24 h), and duplicates count once. Never gives up, and never touches somebody else's webhook.
 */
export function listenTelegram(
  account: TelegramAccount,
  deps: ListenerDeps,
  pace: Pace = TELEGRAM_PACE,
): Listener {
  const stopping = new AbortController();
  const receiver = new Receiver(account, deps, pace, stopping.signal);
  return {
    stop: () => stopping.abort(),
    done: receiver.run(),
    readAgain: (asides) => receiver.readAgain(asides),
  };
}

class Receiver {
  readonly #account: TelegramAccount;
  readonly #deps: ListenerDeps;
  readonly #pace: Pace;
  readonly #stopped: AbortSignal;
  readonly #api: BotApi;
  /** null until loaded. */
  #offset: number | null = null;
  #state: ListenerState | null = null;
  /** A channel may be read and still count as down. */
  #isConnected = false;
  #coverage: Coverage = FULL;
  #lookAgainAt = 0;

  constructor(account: TelegramAccount, deps: ListenerDeps, pace: Pace, stopped: AbortSignal) {
    this.#account = account;
    this.#deps = deps;
    this.#pace = pace;
    this.#stopped = stopped;
    this.#api = botApi(account.token.reveal(), account.apiRoot);
  }

  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopped.aborted) {
      const round = await this.#round();
      if (this.#stopped.aborted) return;
      this.#isConnected = round.outcome === 'kept';
      if (round.outcome === 'kept') {
        failures = 0;
        if (!round.full) await this.#look();
        this.#reportUp(!round.full);
      } else {
        failures += 1;
        this.#reportDown(round.problem);
        await pause(this.#delayMs(round, failures), this.#stopped);
      }
    }
  }

  /** Checks coverage after a start, on a change and every few minutes. */
  async #look(): Promise<void> {
    const now = this.#deps.now();
    if (now < this.#lookAgainAt) return;
    this.#lookAgainAt = now + COVERAGE_EVERY_MS;
    const { memory, log } = this.#deps;
    try {
      this.#coverage = await lookAtCoverage({
        account: this.#account,
        api: this.#api,
        memory,
        now,
        signal: this.#stopped,
      });
    } catch (error) {
      log.error({ account: this.#account.account, err: error }, 'it is not known what the bot cannot see');
    }
  }

  async #round(): Promise<Round> {
    try {
      this.#offset ??= offsetOf(await this.#deps.loadCursor());
      return await this.#fetchAndKeep(this.#offset);
    } catch (error) {
      this.#deps.log.error(
        { account: this.#account.account, err: error },
        'telegram updates could not be kept',
      );
      return { outcome: 'failed', problem: NOT_KEPT, afterMs: null, lasting: false };
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
      await this.#keep(fetched.result, this.#deps.now());
      // The last id, not the greatest: ids may restart after a quiet week.
      await this.#deps.saveCursor(String(last.update_id + 1));
      this.#offset = last.update_id + 1;
    }
    return { outcome: 'kept', full: fetched.result.length >= BATCH };
  }

  /** Until caught up, an empty answer must come at once. */
  #isSettled(): boolean {
    return this.#isConnected && this.#hasCaughtUp();
  }

  async #failed(failure: Parameters<typeof pollProblem>[1]): Promise<Round> {
    return {
      outcome: 'failed',
      problem: await pollProblem(this.#api, failure, this.#stopped),
      afterMs: failure.outcome === 'retry' ? failure.afterMs : null,
      lasting: failure.outcome === 'refused',
    };
  }

  /** Each comes with its arrival time, for updates without one. */
  async readAgain(asides: readonly ToldAside[]): Promise<void> {
    for (const { body, at } of asides) await this.#keep([body as RawUpdate], at);
  }

  async #keep(updates: readonly RawUpdate[], receivedAt: EpochMs): Promise<void> {
    const read = await readUpdates(updates, {
      account: this.#account,
      memory: this.#deps.memory,
      api: this.#api,
      receivedAt,
      signal: this.#stopped,
    });
    for (const { update, fault } of read.faults) await this.#deps.quarantine(update, fault);
    const { events, staff } = read.delivery;
    if (events.length + staff.length > 0) await this.#deps.deliver(read.delivery);
    await read.remember();
    if (read.changesCoverage) this.#lookAgainAt = 0;
  }

  #delayMs(round: Round & { outcome: 'failed' }, failures: number): number {
    if (round.lasting) return this.#pace.maxBackoffMs;
    return Math.max(round.afterMs ?? 0, backoffMs(this.#pace, failures));
  }

  #reportUp(isShortBatch: boolean): void {
    if (this.#state?.up !== true && problemOf(this.#coverage, this.#deps.now()) === null)
      this.#deps.log.info({ account: this.#account.account }, 'telegram is up');
    const problem = problemOf(this.#coverage, this.#deps.now());
    this.#report({
      up: problem === null,
      caughtUp: isShortBatch || this.#hasCaughtUp(),
      problem,
      gaps: this.#gaps(),
    });
  }

  #reportDown(problem: LocalizedText): void {
    if (!isDeepStrictEqual(this.#state?.problem, problem)) {
      this.#deps.log.warn({ account: this.#account.account, problem: problem.en }, 'telegram is down');
    }
    this.#report({ up: false, caughtUp: this.#hasCaughtUp(), problem, gaps: this.#gaps() });
  }

  #gaps(): LocalizedText[] {
    return gapsOf(this.#coverage, this.#deps.now());
  }

  #hasCaughtUp(): boolean {
    return this.#state?.caughtUp === true;
  }

  #report(state: ListenerState): void {
    const before = this.#state;
    this.#state = state;
    if (!isDeepStrictEqual(before, state)) this.#deps.report(state);
  }
}

/** 0, or no valid offset: from the oldest update that Telegram keeps. */
function offsetOf(cursor: string | null): number {
  const offset = Number(cursor ?? 0);
  return Number.isSafeInteger(offset) && offset > 0 ? offset : 0;
}
