import { setTimeout as pause } from 'node:timers/promises';
import type { EpochMs } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import type { ContractProvider, Place } from './contract.ts';
import { contractConfig } from './contractConfig.ts';
import { serveHooks } from './serveHooks.ts';

const SECRET = 'only-the-script-knows-this';

/** A company's own script for the contract: posts each event until it is accepted, one after another. */
export async function startWebhookProvider(place?: Place): Promise<ContractProvider> {
  const { channel, port } = place ?? { channel: 'site', port: await freePort() };
  const yaml = `
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: ${channel}, kind: webhook, owner: olga, secret: "${SECRET}" }]
`;
  const config = contractConfig(yaml);
  const bodies: { id: string; thread: string; from: { side: string } }[] = [];
  let closed = false;
  let posting: Promise<void> = Promise.resolve();
  const post = (body: object): void => {
    posting = posting.then(() => insist(body));
  };
  const insist = async (body: object): Promise<void> => {
    while (!closed) {
      const answer = await fetch(`http://127.0.0.1:${port}/hooks/${channel}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }).catch(() => null);
      // A refusal is for good; everything else is tried again.
      if (answer !== null && (answer.ok || answer.status < 429)) return;
      await pause(20);
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
      await posting;
    },
  };
}
