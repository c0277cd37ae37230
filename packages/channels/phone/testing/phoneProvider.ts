import { setTimeout as pause } from 'node:timers/promises';
import type { EpochMs } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import type { ContractProvider, Place } from '../../testing/contract.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { type ApiAnswer, type ApiRequest, serveApi } from '../../testing/serveApi.ts';
import { serveHooks } from '../../testing/serveHooks.ts';
import { feedOf } from '../channel.ts';

/** Times in milliseconds since 1970. */
export interface PlayedCall {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly client: string;
  readonly began: EpochMs;
  readonly answered: EpochMs | null;
  readonly isMachine: boolean;
}

export interface Posting {
  readonly method?: 'GET' | 'POST';
  /** Follows the hook's address. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface PhoneScript {
  /** The channel's keys in otklik.yaml. */
  yaml(places: { readonly hook: string; readonly api: string }): string;
  /** null: not posted, only listed. */
  rings(call: PlayedCall, hook: string): Posting | null;
  /** Answered by a person or machine. */
  pickedUp(call: PlayedCall, hook: string): Posting | null;
  unknown(hook: string): Posting | null;
  /** null: 404. Absent without a list. */
  api?(request: Pick<ApiRequest, 'url' | 'headers' | 'body'>, calls: readonly PlayedCall[]): ApiAnswer | null;
  /** See `ContractProvider`. */
  readonly answerWithinMs?: number;
  /** The provider repeats without a 2xx; few do. */
  readonly repeats?: boolean;
}

const PACE = {
  everyMs: 60,
  overlapMs: 15 * 60_000,
  sweepMs: 48 * 3_600_000,
  firstBackoffMs: 20,
  maxBackoffMs: 60,
  random: () => 0.5,
};

/** Posts once unless `repeats`; the list has what was lost. */
export async function startPhoneProvider(script: PhoneScript, place?: Place): Promise<ContractProvider> {
  const { channel: id, port } = place ?? { channel: 'line', port: await freePort() };
  const hook = `http://127.0.0.1:${port}/hooks/${id}`;
  const calls: PlayedCall[] = [];
  const api = await serveApi((asked) => script.api?.(asked, calls) ?? null);
  const yaml = `
version: 1
timezone: Europe/Moscow
public_url: http://127.0.0.1:${port}
people: [{ id: olga, name: Ольга }]
channels:
  - { id: ${id}, kind: phone, owner: olga, ${script.yaml({ hook, api: api.root })} }
`;
  const config = contractConfig(yaml);
  const channel = config.channels.get(id);
  if (channel?.kind !== 'phone') throw new Error('no such channel');
  const posted: Posting[] = [];
  let closed = false;
  let posting: Promise<void> = Promise.resolve();
  const post = (each: Posting): void => {
    posting = posting.then(() => deliver(each));
  };
  const deliver = async ({ method = 'POST', path = '', headers = {}, body }: Posting): Promise<void> => {
    while (!closed) {
      const answer = await fetch(`${hook}${path}`, {
        method,
        headers,
        ...(method === 'POST' && { body: body ?? '' }),
      }).catch(() => null);
      if (answer?.ok || !script.repeats) return;
      await pause(20);
    }
  };
  const say = (each: Posting | null): void => {
    if (each === null) return;
    posted.push(each);
    post(each);
  };
  const number = (chat = 1): string => `7917000000${chat}`;
  const call = (over: Partial<PlayedCall>): PlayedCall => {
    const made = {
      id: `call-${calls.length + 1}`,
      direction: 'in',
      client: number(),
      began: Date.now(),
      answered: null,
      isMachine: false,
      ...over,
    } as const;
    calls.push(made);
    return made;
  };
  return {
    yaml,
    config,
    port,
    clientWrites: async (_text, { at = Date.now(), chat } = {}) =>
      say(script.rings(call({ began: at, client: number(chat) }), hook)),
    employeeAnswers: async (_text, { at = Date.now(), chat } = {}) =>
      say(
        script.pickedUp(
          call({ direction: 'out', began: at - 5_000, answered: at, client: number(chat) }),
          hook,
        ),
      ),
    botAnswers: async (_text, { at = Date.now(), chat } = {}) =>
      say(script.pickedUp(call({ began: at, answered: at, isMachine: true, client: number(chat) }), hook)),
    clientEdits: null,
    clientDeletes: null,
    sendsUnknownKind: async () => say(script.unknown(hook)),
    deliversAgain: async () => {
      for (const each of posted.toReversed()) post(each);
    },
    isPosted: script.api === undefined,
    keepsUnknownKinds: script.unknown(hook) !== null,
    ...(script.answerWithinMs !== undefined && { answerWithinMs: script.answerWithinMs }),
    isBlindWhileAway: script.api === undefined && !script.repeats,
    start: async (world) => {
      const hooks = await serveHooks(config, port, world);
      const listeners = feedOf(channel, config, PACE).map((feed) => feed.start(world));
      return {
        stop: async () => {
          for (const listener of listeners) listener.stop();
          await Promise.all(listeners.map(({ done }) => done));
          await hooks.stop();
        },
      };
    },
    close: async () => {
      closed = true;
      await posting;
      await api.close();
    },
  };
}
