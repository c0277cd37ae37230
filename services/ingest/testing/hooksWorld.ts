import { signatureHeaders } from '@otklik/channels';
import type { Config } from '@otklik/config';
import { type EpochMs, type Event, REGULATION } from '@otklik/domain';
import { createLog, createMetrics } from '@otklik/telemetry';
import Fastify from 'fastify';
import { TestMemory } from '../../../packages/channels/testing/testMemory.ts';
import type { WebhookChannel } from '../../../packages/channels/webhook/config.ts';
import type { Accept } from '../accept.ts';
import { hooks } from '../hooks.ts';

/** The documented example of an event, and the time of these tests. */
export const NOW: EpochMs = Date.parse('2026-11-23T10:00:01.000Z');
export const EVENT = {
  id: 'm-1',
  thread: 'chat-42',
  kind: 'message',
  at: '2026-11-23T10:00:00.000Z',
  from: { side: 'client', id: 'u7', name: 'Иван', phone: '+79990000001', email: null },
  text: 'Здравствуйте!',
  link: 'https://example.ru/chats/42',
};
export const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
export const BEARER_SECRET = 'a-plain-secret-of-a-script';

interface Post {
  readonly channel?: string;
  /** Instead of the headers that sign the body. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly method?: 'POST' | 'GET' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS' | 'HEAD';
}

/** `/hooks/{channel}` on a real Fastify, with two channels and an `accept` that remembers. */
export async function startHooks(over: { accept?: Accept; rate?: number } = {}) {
  const accepted: Event[] = [];
  const world = {
    now: NOW,
    accept: over.accept ?? remembering(accepted),
    metrics: createMetrics('test'),
  };
  const app = Fastify({ bodyLimit: 1_048_576, forceCloseConnections: true });
  const config = configOf([
    channelOf('site', SECRET, over.rate ?? 1_000),
    channelOf('script', BEARER_SECRET, over.rate ?? 1_000),
  ]);
  await app.register(async (scope) =>
    hooks(scope, {
      config: () => config,
      accept: (delivery) => world.accept(delivery),
      memory: () => new TestMemory(),
      setAside: async () => undefined,
      metrics: world.metrics,
      log: createLog('silent'),
      now: () => world.now,
    }),
  );
  /** Signs the bytes (Standard Webhooks) and sends them; other values are sent as JSON. */
  const post = async (
    body: unknown,
    { channel = 'site', headers, id = 'msg-1', method = 'POST' }: Post = {},
  ) => {
    const bytes = bytesOf(body);
    const response = await app.inject({
      method,
      url: `/hooks/${channel}`,
      headers: headers ?? { 'content-type': 'application/json', ...signed(bytes, id, world.now) },
      payload: bytes,
    });
    return { status: response.statusCode, headers: response.headers, json: () => response.json() };
  };
  return {
    app,
    accepted,
    world,
    post,
    /** Refused requests by reason. */
    rejected: async () => {
      const { values } = await world.metrics.eventsRejected.get();
      return Object.fromEntries(values.map(({ labels, value }) => [labels.reason, value]));
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

export const bytesOf = (body: unknown): Buffer =>
  Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));

export const signed = (body: Buffer, id = 'msg-1', now = NOW) => signatureHeaders(SECRET, id, body, now);

/** Counts an event once, as the writer does. */
function remembering(accepted: Event[]): Accept {
  return async ({ events }) => {
    const fresh = events.filter(({ id }) => accepted.every((event) => event.id !== id));
    accepted.push(...fresh);
    return { accepted: fresh.length, duplicates: events.length - fresh.length, fresh };
  };
}

const channelOf = (id: string, secret: string, rate: number): WebhookChannel => ({
  kind: 'webhook',
  provesPhones: false,
  attests: [],
  id,
  name: id,
  formerly: [],
  owner: 'anna',
  duty: [],
  deputies: [],
  head: null,
  accounts: new Map(),
  policy: REGULATION,
  rate,
  secret: { reveal: () => secret },
});

const configOf = (channels: readonly WebhookChannel[]): Config => ({
  locale: 'ru',
  timezone: 'Europe/Moscow',
  publicUrl: null,
  calendar: null,
  country: null,
  people: new Map(),
  policies: new Map(),
  gone: new Map(),
  cadence: null,
  channels: new Map(channels.map((channel) => [channel.id, channel])),
  notify: { telegram: null, email: null, webhook: null },
  privacy: { text: 'full', keepText: 0, keepEvents: 0 },
  session: { idle: 0, max: 0 },
});
