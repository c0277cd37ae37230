import { isDeepStrictEqual } from 'node:util';
import { type DurationMs, type EpochMs, MINUTE, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs, pause } from '@otklik/timing';
import type { Listener, ListenerDeps, ListenerState, LocalizedText } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import { botApi } from './botApi.ts';
import { type Coverage, FULL, gapsOf, lookAtCoverage, problemOf } from './coverage.ts';
import { ensureDelivery, type WebhookState } from './ensureDelivery.ts';
import { TELEGRAM_PACE } from './pace.ts';
import { fromTelegram } from './pollProblem.ts';

export interface ProbePace extends Required<Backoff> {
  /** Interval for a working webhook. */
  readonly everyMs: DurationMs;
  /** Interval while Telegram holds updates from before our start. */
  readonly catchUpMs: DurationMs;
  /** After this many looks it counts as caught up: one stuck chat must not silence alarms. */
  readonly catchUpLooks: number;
}

const PROBE_PACE: ProbePace = {
  ...TELEGRAM_PACE,
  everyMs: MINUTE,
  catchUpMs: 2 * SECOND,
  catchUpLooks: 12,
};

/**
 * Keeps a `receive: webhook` bot's webhook set, as providers drop subscriptions silently. @param publicUrl our
 * address; without it the channel is down.
 */
export function keepDelivery(
  account: TelegramAccount,
  publicUrl: string | null,
  deps: ListenerDeps,
  pace: ProbePace = PROBE_PACE,
): Listener {
  const stopping = new AbortController();
  return { stop: () => stopping.abort(), done: keep(account, publicUrl, deps, pace, stopping.signal) };
}

async function keep(
  account: TelegramAccount,
  publicUrl: string | null,
  deps: ListenerDeps,
  pace: ProbePace,
  stopped: AbortSignal,
): Promise<void> {
  let state: ListenerState | null = null;
  let looks = 0;
  let failures = 0;
  while (!stopped.aborted) {
    const look = await lookAt(account, publicUrl, deps.now(), pace, stopped);
    if (stopped.aborted) return;
    looks += look.pending === null ? 0 : 1;
    failures = look.problem === null ? 0 : failures + 1;
    const caughtUp: boolean = state?.caughtUp === true || look.pending === 0 || looks >= pace.catchUpLooks;
    const coverage = look.problem === null ? await coverageOf(account, deps, stopped) : FULL;
    const problem = look.problem ?? problemOf(coverage, deps.now());
    const gaps = gapsOf(coverage, deps.now());
    const next: ListenerState = { up: problem === null, caughtUp, problem, gaps };
    if (!isDeepStrictEqual(state, next)) {
      const about = { account: account.account, ...next };
      if (next.up) deps.log.info(about, 'telegram posts to our webhook');
      else deps.log.warn(about, 'telegram does not post to our webhook');
      deps.report(next);
    }
    state = next;
    await pause(look.afterMs ?? delayMs(pace, caughtUp, failures), stopped);
  }
}

const NO_ADDRESS: LocalizedText = {
  ru: 'для вебхука нужен public_url в настройках',
  en: 'a webhook needs public_url in the config',
};

interface Look {
  /** Updates still at Telegram; null: unknown. */
  readonly pending: number | null;
  readonly problem: LocalizedText | null;
  readonly afterMs: DurationMs | null;
}

async function lookAt(
  account: TelegramAccount,
  publicUrl: string | null,
  now: EpochMs,
  pace: ProbePace,
  stopped: AbortSignal,
): Promise<Look> {
  if (publicUrl === null) {
    return { pending: null, problem: NO_ADDRESS, afterMs: null };
  }
  const probed = await ensureDelivery(account, publicUrl, stopped);
  if (probed.outcome === 'held')
    return { pending: null, problem: probed.problem, afterMs: pace.maxBackoffMs };
  if (probed.outcome !== 'ok') {
    const afterMs = probed.outcome === 'retry' ? probed.afterMs : pace.maxBackoffMs;
    return { pending: null, problem: fromTelegram(probed.problem), afterMs };
  }
  const { result } = probed;
  return { pending: result.pending, problem: deliveryProblem(result, now, pace), afterMs: null };
}

/** A complaint counts only if fresh and with updates waiting. */
function deliveryProblem(
  { changed, pending, lastError }: WebhookState,
  now: EpochMs,
  pace: ProbePace,
): LocalizedText | null {
  if (changed || pending === 0 || lastError === null || now - lastError.at > 2 * pace.everyMs) return null;
  return {
    ru: `Telegram не может передать нам сообщения (${pending}): ${lastError.text}`,
    en: `Telegram cannot hand over ${pending} updates: ${lastError.text}`,
  };
}

function delayMs(pace: ProbePace, caughtUp: boolean, failures: number): DurationMs {
  if (failures > 0) return backoffMs(pace, failures);
  return caughtUp ? pace.everyMs : pace.catchUpMs;
}

async function coverageOf(
  account: TelegramAccount,
  deps: ListenerDeps,
  signal: AbortSignal,
): Promise<Coverage> {
  const api = botApi(account.token.reveal(), account.apiRoot);
  try {
    return await lookAtCoverage({ account, api, memory: deps.memory, now: deps.now(), signal });
  } catch (error) {
    deps.log.error({ account: account.account, err: error }, 'it is not known what the bot cannot see');
    return FULL;
  }
}
