import { setTimeout as pause } from 'node:timers/promises';
import type { EpochMs } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import type { ContractProvider, Place } from '../../testing/contract.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { serveHooks } from '../../testing/serveHooks.ts';

const SECRET = 'only-the-script-knows-this';

export interface WebhookProvider extends ContractProvider {
  /** Posts in parallel with others, so the order varies. */
  posts(event: HookBody): void;
  /** Attempts by event id. */
  readonly postings: ReadonlyMap<string, Posting>;
}

type HookBody = { readonly id: string } & Readonly<Record<string, unknown>>;

/** First attempt and acceptance. */
export interface Posting {
  readonly since: EpochMs;
  readonly acceptedAt: EpochMs | null;
}

/** Posts each event until accepted. */
export async function startWebhookProvider(place?: Place): Promise<WebhookProvider> {
  const { channel, port } = place ?? { channel: 'site', port: await freePort() };
  const yaml = `
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: ${channel}, kind: webhook, owner: olga, secret: "${SECRET}" }]
`;
  const config = contractConfig(yaml);
  const bodies: { id: string; thread: string; from: { side: string } }[] = [];
  let closed = false;
  /** Each lane posts in order. */
  const lanes = Array.from({ length: 2 }, () => Promise.resolve());
  const postings = new Map<string, Posting>();
  const post = (body: HookBody, lane = 0): void => {
    lanes[lane] = (lanes[lane] ?? Promise.resolve()).then(() => insist(body));
  };
  let posted = 0;
  const insist = async (body: HookBody): Promise<void> => {
    const since = Date.now();
    postings.set(body.id, { since, acceptedAt: null });
    while (!closed) {
      const answer = await fetch(`http://127.0.0.1:${port}/hooks/${channel}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => null);
      if (answer?.ok) postings.set(body.id, { since, acceptedAt: Date.now() });
      // A refusal is final; anything else is retried.
      if (answer !== null && (answer.ok || answer.status < 429)) return;
      await pause(40);
    }
  };
  const say = (side: string, text: string | null, { at, chat = 1 }: { at?: EpochMs; chat?: number } = {}) => {
    const body = {
      id: `m${bodies.length + 1}`,
      thread: `chat-${chat}`,
      kind: 'message',
      at: new Date(at ?? Date.now()).toISOString(),
      from: { side, id: `${side}-${chat}` },
      text,
    };
    bodies.push(body);
    post(body);
    return body;
  };
  let last = { id: '', thread: '' };
  return {
    yaml,
    config,
    port,
    posts: (event) => post(event, posted++ % lanes.length),
    postings,
    isPosted: true,
    keepsUnknownKinds: false,
    clientWrites: async (text, options) => {
      last = say('client', text, options);
    },
    employeeAnswers: async (text, options) => void say('employee', text, options),
    employeeSaysNothing: async (options) => void say('employee', '', options),
    employeeSendsPicture: async (options) => void say('employee', null, options),
    employeeDeletes: async () => {
      const { id: of, thread } = bodies.findLast(({ from }) => from.side === 'employee') ?? last;
      post({
        id: `d-${of}`,
        of,
        thread,
        kind: 'deletion',
        at: new Date().toISOString(),
        from: { side: 'employee' },
      });
    },
    botAnswers: async (text, options) => void say('bot', text, options),
    clientEdits: null,
    clientDeletes: async () => {
      const { id: of, thread } = last;
      post({
        id: `d-${of}`,
        of,
        thread,
        kind: 'deletion',
        at: new Date().toISOString(),
        from: { side: 'client' },
      });
    },
    sendsUnknownKind: async () =>
      post({
        id: 't',
        thread: 'chat-1',
        kind: 'telepathy',
        at: new Date().toISOString(),
        from: { side: 'client' },
      }),
    deliversAgain: async () => {
      for (const body of bodies.toReversed()) post(body);
    },
    start: (world) => serveHooks(config, port, world),
    close: async () => {
      closed = true;
      await Promise.all(lanes);
    },
  };
}
