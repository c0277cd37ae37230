import { setTimeout as pause } from 'node:timers/promises';
import type { EpochMs } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import type { Feed } from '../channel.ts';
import type { ReconcilePace } from '../provider/reconcile.ts';
import type { ChannelConfig, Config } from '../registry.ts';
import type { ContractProvider, Place } from './contract.ts';
import { contractConfig } from './contractConfig.ts';
import { type ApiRequest, serveApi } from './serveApi.ts';
import { serveHooks } from './serveHooks.ts';

export interface PlayedMessage {
  readonly number: number;
  readonly chat: number;
  readonly by: 'client' | 'person' | 'machine';
  readonly text: string;
  readonly at: EpochMs;
  /** A picture without words. */
  readonly isPicture?: boolean;
}

/** What the provider posts or gives to a poll. */
export interface Told {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON, text unchanged. */
  readonly body: object | string;
  /** The messages in it; default: the one being said. */
  readonly tells?: readonly PlayedMessage[];
}

/** A 2xx is a promise, a refused connection took nothing. */
export interface Delivery {
  readonly told: Told;
  readonly outcome: 'accepted' | 'not taken' | 'nobody knows';
}

export interface ChatProvider extends ContractProvider {
  /** Resolves once everything told so far has been posted. */
  deliveries(): Promise<readonly Delivery[]>;
}

export interface ChatScript {
  yaml(places: { readonly hook: string; readonly api: string }): string;
  /** `messages`: all so far, including this one. */
  says(message: PlayedMessage, messages: readonly PlayedMessage[]): Told;
  unknown(): Told;
  deletes?(message: PlayedMessage): Told;
  /** One of us withdraws our words. */
  ourDeletes?(message: PlayedMessage): Told;
  edits?(message: PlayedMessage, text: string): Told;
  /** Answers our requests; null: 404. `told`: everything so far, for polls. */
  api(
    request: ApiRequest,
    books: {
      readonly messages: readonly PlayedMessage[];
      readonly told: readonly Told[];
      readonly hook: string;
    },
  ): { readonly status?: number; readonly body: unknown } | null;
  /** Absent where nothing is fetched. */
  feed?(channel: ChannelConfig, config: Config, pace: ReconcilePace): Feed;
  /** We poll; nothing is posted. */
  readonly isPolled?: boolean;
  /** The provider repeats without a 2xx. */
  readonly repeats?: boolean;
  /** The body that confirms; undefined: any. */
  readonly wants?: string;
  readonly isBlindWhileAway?: boolean;
  /** Each message of a chat has its own second. */
  readonly tellsSecondsApart?: boolean;
  /** Our side is not reported. */
  readonly isOneSided?: boolean;
  /** Supports pictures, and messages without content. */
  readonly hasPictures?: boolean;
}

const PACE: ReconcilePace = {
  everyMs: 60,
  overlapMs: 15 * 60_000,
  sweepMs: 48 * 3_600_000,
  firstBackoffMs: 20,
  maxBackoffMs: 60,
  random: () => 0.5,
};

/** A messenger with one account. Lost posts remain in its lists. */
export async function startChatProvider(script: ChatScript, place?: Place): Promise<ChatProvider> {
  const { channel: id, port } = place ?? { channel: 'chat', port: await freePort() };
  const hook = `http://127.0.0.1:${port}/hooks/${id}`;
  const messages: PlayedMessage[] = [];
  const told: Told[] = [];
  const api = await serveApi(async (asked) => {
    const answer = script.api(asked, { messages, told, hook });
    // A short long poll.
    if (script.isPolled) await pause(10);
    return { status: answer ? (answer.status ?? 200) : 404, body: JSON.stringify(answer?.body ?? {}) };
  });
  const apiRoot = api.root;
  const yaml = `
version: 1
timezone: Europe/Moscow
public_url: http://127.0.0.1:${port}
people: [{ id: olga, name: Ольга }]
channels:
  - { id: ${id}, owner: olga, ${script.yaml({ hook, api: apiRoot })} }
`;
  const config = contractConfig(yaml);
  const channel = config.channels.get(id);
  if (!channel) throw new Error('no such channel');
  let closed = false;
  let posting: Promise<void> = Promise.resolve();
  const deliveries: Delivery[] = [];
  const deliver = async (told: Told): Promise<void> => {
    const { path = '', headers = {}, body } = told;
    while (!closed && !script.isPolled) {
      let outcome: Delivery['outcome'] = 'nobody knows';
      const answer = await fetch(hook + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }).catch((error: Error) => {
        if (isRefusal(error.cause)) outcome = 'not taken';
        return null;
      });
      const text = await answer?.text();
      if (answer?.ok) outcome = 'accepted';
      deliveries.push({ told, outcome });
      if (!script.repeats || (answer?.ok && (script.wants === undefined || text === script.wants))) return;
      await pause(20);
    }
  };
  const tell = (each: Told): void => {
    told.push(each);
    posting = posting.then(() => deliver(each));
  };
  const say = (
    by: PlayedMessage['by'],
    text: string,
    {
      at = Date.now(),
      chat = 1,
      isPicture = false,
    }: { at?: EpochMs; chat?: number; isPicture?: boolean } = {},
  ) => {
    const message = { number: messages.length + 1, chat, by, text, at, isPicture };
    messages.push(message);
    tell({ tells: [message], ...script.says(message, messages) });
  };
  const last = (who: PlayedMessage['by'] = 'client'): PlayedMessage => {
    const found = messages.findLast(({ by }) => by === who);
    if (!found) throw new Error('nobody has written');
    return found;
  };
  const { deletes, edits, ourDeletes } = script;
  return {
    yaml,
    config,
    port,
    isPosted: script.feed === undefined,
    isBlindWhileAway: script.isBlindWhileAway ?? false,
    tellsSecondsApart: script.tellsSecondsApart ?? false,
    clientWrites: async (text, options) => say('client', text, options),
    employeeAnswers: script.isOneSided ? null : async (text, options) => say('person', text, options),
    ...(script.hasPictures && {
      employeeSaysNothing: async (options) => say('person', '', options),
      employeeSendsPicture: async (options) => say('person', '', { ...options, isPicture: true }),
    }),
    ...(ourDeletes && { employeeDeletes: async () => tell(ourDeletes(last('person'))) }),
    botAnswers: async (text, options) => say('machine', text, options),
    clientEdits: edits ? async (text) => tell(edits(last(), text)) : null,
    clientDeletes: deletes ? async () => tell(deletes(last())) : null,
    sendsUnknownKind: async () => tell(script.unknown()),
    deliveries: async () => {
      await posting;
      return deliveries;
    },
    deliversAgain: async () => {
      for (const each of told.toReversed()) tell(each);
    },
    start: async (world) => {
      const hooks = await serveHooks(config, port, world);
      const listener = script.feed?.(channel, config, PACE).start(world);
      return {
        stop: async () => {
          listener?.stop();
          await listener?.done;
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

/** Nobody listened, so nothing was taken. */
const isRefusal = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
