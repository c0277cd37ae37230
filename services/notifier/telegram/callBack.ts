import { type CallBack, callBackOf, loggable, orderCall } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { type EpochMs, MINUTE, type Person } from '@otklik/domain';
import {
  beginCall,
  type ClockRules,
  type Commanded,
  callFailed,
  type NamedWait,
  type RecordRules,
  type Store,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { capitalised, type Texts, textsOf } from '@otklik/texts';
import { cut } from '../messages/cut.ts';
import type { LaterAnswer, PressAnswer, Pressed } from './staffDeps.ts';

interface CallBackDeps {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  log: Log;
  now(): EpochMs;
  /** Aborted when the service stops. */
  readonly stopped: AbortSignal;
}

/** A late press must not make a phone ring out of the blue. */
const OLDEST_PRESS_MS = MINUTE;
/** The number follows; Telegram shows 200 characters. */
const LONGEST_REASON = 120;

/** «Перезвонить». A slow exchange must not hold up other presses. */
export async function callBackByButton(
  press: Pressed,
  wait: NamedWait,
  person: Person,
  deps: CallBackDeps,
  refused: (result: Extract<Commanded, { outcome: 'refused' }>) => string,
): Promise<PressAnswer | LaterAnswer> {
  const { store, now } = deps;
  const texts = textsOf(person.locale);
  if (now() - press.receivedAt > OLDEST_PRESS_MS) return { text: texts.pressedLongAgo, isAlert: true };
  const call = callBackOf(wait, person.id, deps.config());
  if (call === null && wait.closed_at === null) return { text: texts.cannotCall, isAlert: true };
  const order = { via: call?.channel.id ?? '', typed: call?.typed ?? null, press: press.callbackId };
  const begun = await beginCall(store, deps.rules(), wait.id, person.id, order, now());
  if (begun.outcome === 'refused') return { text: refused(begun) };
  if (call === null) return { text: texts.cannotCall, isAlert: true };
  return { meanwhile: ask(call, wait.id, person, texts, deps) };
}

async function ask(
  call: CallBack,
  wait: string,
  person: Person,
  texts: Texts,
  deps: CallBackDeps,
): Promise<PressAnswer> {
  const { from, to, channel } = call;
  const dialled = await orderCall(call, deps.stopped, (error) =>
    deps.log.error({ err: error, channel: channel.id }, 'an exchange could not be asked to call'),
  );
  if (dialled.outcome === 'dialled') return { text: texts.calling(from) };
  const { outcome, said } = dialled;
  deps.log.warn(
    { channel: call.channel.id, outcome, problem: loggable(said) },
    'a client could not be called back',
  );
  await callFailed(deps.store, wait, person.id, outcome, call.channel.id, deps.now());
  const reason = cut(capitalised(said[person.locale]), LONGEST_REASON);
  const text = outcome === 'unknown' ? texts.callUnknown(reason, to) : texts.callFailed(reason, to);
  return { text, isAlert: true };
}
