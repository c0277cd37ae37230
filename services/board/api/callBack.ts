import { randomUUID } from 'node:crypto';
import { callBackOf, loggable, orderCall } from '@otklik/channels';
import type { Config } from '@otklik/config';
import type { EpochMs, Locale } from '@otklik/domain';
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
import { capitalised, textsOf } from '@otklik/texts';
import { z } from 'zod';
import { Refusal } from '../refusal.ts';

export const callBackShape = z
  .object({
    channel: z.string().describe('The phone line by which the client is called'),
    from: z.string().describe('The telephone of the asker’s that rings first'),
  })
  .meta({ id: 'CallBack', description: 'null: the asker cannot call this client from here' });

interface CallBackDeps {
  config(): Config;
  rules(): RecordRules & ClockRules;
  store: Store;
  log: Log;
  now(): EpochMs;
}

/** By which line this person can call the client, and their own telephone that rings first; null: they cannot. */
export function presentCallBack(
  wait: NamedWait,
  person: string | null,
  config: Config,
): { channel: string; from: string } | null {
  const call = person === null ? null : callBackOf(wait, person, config);
  return call && { channel: call.channel.id, from: call.from };
}

/** Asks the exchange once. A refusal is a 502 with its words and the number to dial. */
export async function callBack(
  wait: NamedWait,
  person: string | null,
  locale: Locale,
  deps: CallBackDeps,
): Promise<Commanded> {
  const { store, config, now, log } = deps;
  const call = person === null ? null : callBackOf(wait, person, config());
  const texts = textsOf(locale);
  if (wait.closed_at === null && (person === null || call === null))
    throw new Refusal(409, 'Cannot be called from here', texts.cannotCallHere);
  const order = { via: call?.channel.id ?? '', typed: call?.typed ?? null, press: randomUUID() };
  const begun = await beginCall(store, deps.rules(), wait.id, person ?? '', order, now());
  if (begun.outcome === 'refused' || call === null) return begun;
  const dialled = await orderCall(call, new AbortController().signal, (error) =>
    log.error({ err: error, channel: call.channel.id }, 'an exchange could not be asked to call'),
  );
  if (dialled.outcome === 'dialled') return begun;
  const { outcome, said } = dialled;
  log.warn(
    { channel: call.channel.id, outcome, problem: loggable(said) },
    'a client could not be called back',
  );
  await callFailed(store, wait.id, person ?? '', outcome, call.channel.id, now());
  const tell = outcome === 'unknown' ? texts.callUnknown : texts.callFailed;
  throw new Refusal(502, 'The exchange did not call', tell(capitalised(said[locale]), call.to));
}
