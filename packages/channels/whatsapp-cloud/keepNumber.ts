import { isDeepStrictEqual } from 'node:util';
import { DAY, MINUTE, SECOND } from '@otklik/domain';
import { type Backoff, backoffMs, pause } from '@otklik/timing';
import { z } from 'zod';
import type { Listener, ListenerDeps, ListenerState, LocalizedText } from '../channel.ts';
import { callGraph, type GraphOutcome } from '../provider/metaGraph.ts';
import { readAlert } from './accountUpdate.ts';
import type { WhatsappCloudChannel } from './config.ts';

/** Timing; injected for tests. */
interface ProbePace extends Required<Backoff> {
  readonly everyMs: number;
  /** No alarms so soon after a start: Meta re-posts what we missed, and does not say when it is done. */
  readonly graceMs: number;
}

const PACE: ProbePace = {
  everyMs: 3 * MINUTE,
  graceMs: 20 * SECOND,
  firstBackoffMs: 5 * SECOND,
  maxBackoffMs: 2 * MINUTE,
  random: Math.random,
};

/** After this the number may be on another account. */
const ALERT_FOR_MS = 7 * DAY;

/** Checks that Meta knows the number and accepts the token. Whether it posts to us cannot be asked. */
export function keepNumber(
  channel: WhatsappCloudChannel,
  deps: ListenerDeps,
  pace: ProbePace = PACE,
): Listener {
  const stopping = new AbortController();
  return { stop: () => stopping.abort(), done: keep(channel, deps, pace, stopping.signal) };
}

async function keep(
  channel: WhatsappCloudChannel,
  deps: ListenerDeps,
  pace: ProbePace,
  stopped: AbortSignal,
): Promise<void> {
  let state: ListenerState | null = null;
  let failures = 0;
  const caughtUpAt = deps.now() + pace.graceMs;
  while (!stopped.aborted) {
    const looked = await callGraph(channel, `${channel.phoneNumberId}?fields=${FIELDS}`, null, stopped);
    if (stopped.aborted) return;
    failures = looked.outcome === 'ok' ? 0 : failures + 1;
    const alert = await alertOf(deps);
    const problem = problemOf(looked) ?? (alert?.stops ? alert.said : null);
    const next: ListenerState = {
      up: problem === null,
      caughtUp: deps.now() >= caughtUpAt,
      problem,
      gaps: [...gapsOf(looked), ...(alert === null || alert.stops ? [] : [alert.said])],
    };
    // One lost packet is no outage.
    const isPassing = looked.outcome === 'retry' && failures < 3 && state !== null;
    if (!isPassing && !isDeepStrictEqual(state, next)) {
      state = next;
      deps.report(next);
    }
    const delayMs = failures === 0 ? pace.everyMs : backoffMs(pace, failures);
    await pause(state?.caughtUp === true ? delayMs : Math.min(delayMs, pace.graceMs), stopped);
  }
}

const FIELDS = 'verified_name,quality_rating,platform_type,webhook_configuration';

const numberShape = z.looseObject({
  webhook_configuration: z.looseObject({ application: z.string().optional() }).optional().catch(undefined),
});

function problemOf(looked: GraphOutcome): LocalizedText | null {
  if (looked.outcome === 'ok') return null;
  if (looked.code === 190)
    return {
      ru: 'Meta не принимает токен доступа: выпустите новый (Business Settings → System users) и впишите в настройки',
      en: 'Meta does not take the access token: make a new one (Business Settings → System users) and put it into the config',
    };
  if (looked.outcome === 'refused')
    return {
      ru: `Meta не даёт номер: ${looked.problem}. Проверьте phone_number_id и права токена`,
      en: `Meta does not give the number: ${looked.problem}. Check phone_number_id and the token's permissions`,
    };
  return { ru: `Meta не отвечает: ${looked.problem}`, en: `Meta does not answer: ${looked.problem}` };
}

async function alertOf(
  deps: ListenerDeps,
): Promise<{ readonly said: LocalizedText; readonly stops: boolean } | null> {
  const alert = await readAlert(deps);
  if (alert === null || deps.now() - alert.at > ALERT_FOR_MS) return null;
  const { event, stops } = alert;
  const said = stops
    ? {
        ru: `Meta сообщила об аккаунте: ${event}. Сообщения могут не доходить: посмотрите WhatsApp Manager`,
        en: `Meta told of the account: ${event}. Messages may not arrive: look into WhatsApp Manager`,
      }
    : {
        ru: 'Meta собирается отключить аккаунт: посмотрите WhatsApp Manager',
        en: 'Meta is going to disable the account: look into WhatsApp Manager',
      };
  return { said, stops };
}

/** Meta does not report a missing webhook address. */
function gapsOf(looked: GraphOutcome): LocalizedText[] {
  if (looked.outcome !== 'ok') return [];
  const { data } = numberShape.safeParse(looked.result);
  if (data?.webhook_configuration === undefined || data.webhook_configuration.application !== undefined)
    return [];
  return [
    {
      ru: 'у приложения Meta не указан адрес вебхука: WhatsApp → Configuration → Webhook',
      en: 'the Meta app has no webhook address: WhatsApp → Configuration → Webhook',
    },
  ];
}
