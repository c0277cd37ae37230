import type { EpochMs } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import type { ContractProvider, Place } from '../../testing/contract.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { serveHooks } from '../../testing/serveHooks.ts';
import { keepNumber } from '../keepNumber.ts';
import { FakeGraph } from './fakeGraph.ts';

/** Fast timing. */
const PACE = { everyMs: 100, graceMs: 500, firstBackoffMs: 20, maxBackoffMs: 100, random: () => 0.5 };

const TOKEN = 'EAAG-the-token-of-this-test';
const APP_SECRET = 'the-secret-of-the-app-of-this-test';

/** The WhatsApp Business app shows both sides. */
export async function startWhatsappCloudProvider(
  place?: Place,
): Promise<ContractProvider & { readonly graph: FakeGraph }> {
  const { channel: id, port } = place ?? { channel: 'wa', port: await freePort() };
  const graph = await FakeGraph.start({
    phoneNumberId: '5560001',
    appSecret: APP_SECRET,
    token: TOKEN,
    callback: `http://127.0.0.1:${port}/hooks/${id}`,
  });
  const yaml = `
version: 1
people: [{ id: olga, name: Ольга }]
channels:
  - { id: ${id}, kind: whatsapp_cloud, owner: olga, phone_number_id: "5560001", app_secret: "${APP_SECRET}", verify_token: only-meta-and-we-know-this, token: "${TOKEN}", api_root: "${graph.apiRoot}", auto_replies: ["Мы ответим вам утром."] }
`;
  const config = contractConfig(yaml);
  const channel = config.channels.get(id);
  if (channel?.kind !== 'whatsapp_cloud') throw new Error('no such channel');
  let count = 0;
  const said = (at: EpochMs | undefined, text: string) => {
    count += 1;
    const timestamp = String(Math.floor((at ?? Date.now()) / 1_000));
    return { id: `wamid.m${count}`, timestamp, type: 'text', text: { body: text } };
  };
  const phone = (chat = 1) => String(79_160_000_000 + chat);
  let last = { id: '', from: '' };
  let answered = { id: '', to: '' };
  const echo = (
    text: string,
    { at, chat, ...over }: { at?: EpochMs; chat?: number; type?: string; text?: undefined } = {},
  ) => {
    const body = said(at, text);
    answered = { id: body.id, to: phone(chat) };
    graph.post('smb_message_echoes', {
      message_echoes: [{ ...body, ...over, from: '74951234567', to: phone(chat) }],
    });
  };
  const message = (from: string, body: object) =>
    graph.post('messages', {
      contacts: [{ wa_id: from, user_id: `RU.${from}`, profile: { name: 'Иван' } }],
      messages: [{ from, ...body }],
    });
  return {
    graph,
    yaml,
    config,
    port,
    clientWrites: async (text, { at, chat } = {}) => {
      const body = said(at, text);
      last = { id: body.id, from: phone(chat) };
      message(last.from, body);
    },
    employeeAnswers: async (text, options) => echo(text, options),
    employeeSaysNothing: async (options) => echo('', options),
    employeeSendsPicture: async (options) => echo('', { ...options, type: 'image', text: undefined }),
    employeeDeletes: async () =>
      graph.post('smb_message_echoes', {
        message_echoes: [
          {
            id: `${answered.id}.revoked`,
            from: '74951234567',
            to: answered.to,
            timestamp: String(Math.floor(Date.now() / 1_000)),
            type: 'revoke',
            revoke: { original_message_id: answered.id },
          },
        ],
      }),
    botAnswers: async (_text, options) => echo('Мы ответим вам утром!', options),
    clientEdits: async (text) => message(last.from, { ...said(undefined, text), type: 'edit' }),
    clientDeletes: async () =>
      message(last.from, {
        id: `${last.id}.revoked`,
        timestamp: String(Math.floor(Date.now() / 1_000)),
        type: 'revoke',
        revoke: { original_message_id: last.id },
      }),
    sendsUnknownKind: async () => graph.post('telepathy', { thoughts: [] }),
    deliversAgain: async () => graph.postAgain(),
    start: async (world) => {
      const hooks = await serveHooks(config, port, world);
      const listeners = [keepNumber(channel, world, PACE)];
      return {
        stop: async () => {
          for (const listener of listeners) listener.stop();
          await Promise.all(listeners.map(({ done }) => done));
          await hooks.stop();
        },
      };
    },
    close: () => graph.close(),
  };
}
