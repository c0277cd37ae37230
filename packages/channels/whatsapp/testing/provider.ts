import type { Memory } from '../../channel.ts';
import type { ContractProvider, Place } from '../../testing/contract.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { FakeWhatsapp } from './fakeServer.ts';
import { editOf, GREETING, KEY, messageId, newIvan, newMaria, revokeOf, WhatsappWorld } from './world.ts';

interface WhatsappProvider extends ContractProvider {
  /** Scans the code in the memory of a program that runs elsewhere. */
  link(memory: Memory): Promise<void>;
}

/** Real library and ciphers against our own server. */
export async function startWhatsappProvider(place?: Place): Promise<WhatsappProvider> {
  const fake = await FakeWhatsapp.start();
  const yaml = `
version: 1
people: [{ id: anna, name: Анна }]
channels:
  - { id: ${place?.channel ?? 'wa'}, kind: whatsapp, owner: anna, phone: "+${fake.number}", key: "${KEY}", web_socket: "${fake.url}", auto_replies: ["${GREETING}"] }
`;
  const config = contractConfig(yaml);
  const whatsapp = new WhatsappWorld(fake);
  const clients = { 1: newIvan(), 2: newMaria() };
  const client = (chat = 1) => (chat === 1 ? clients[1] : clients[2]);
  let last = { client: client(), id: '' };
  let answered = last;
  return {
    yaml,
    config,
    port: null,
    link: (memory) => whatsapp.link(memory),
    clientWrites: async (text, { at, chat } = {}) => {
      last = { client: client(chat), id: messageId() };
      await whatsapp.clientSays(last.client, { conversation: text }, { at, id: last.id });
    },
    employeeAnswers: async (text, { at, chat } = {}) => {
      answered = { client: client(chat), id: messageId() };
      await whatsapp.phoneSays(client(chat), { extendedTextMessage: { text } }, { at, id: answered.id });
    },
    employeeSaysNothing: async ({ at, chat } = {}) => {
      await whatsapp.phoneSays(client(chat), { extendedTextMessage: { text: '' } }, { at });
    },
    employeeSendsPicture: async ({ at, chat } = {}) => {
      await whatsapp.phoneSays(client(chat), { imageMessage: {} }, { at });
    },
    employeeDeletes: async () => {
      await whatsapp.phoneSays(answered.client, revokeOf(answered.id));
    },
    botAnswers: async (_text, { at, chat } = {}) => {
      await whatsapp.phoneSays(client(chat), { conversation: GREETING }, { at });
    },
    clientEdits: async (text) => {
      await whatsapp.clientSays(last.client, editOf(last.id, text));
    },
    clientDeletes: async () => {
      await whatsapp.clientSays(last.client, revokeOf(last.id));
    },
    sendsUnknownKind: async () => {
      fake.say({ tag: 'telepathy', attrs: { id: 'x', from: '1@s.whatsapp.net' } });
    },
    deliversAgain: async () => {
      for (const stanza of fake.everSent.toReversed()) fake.say(stanza);
    },
    start: async (world) => {
      const listener = await whatsapp.start(world);
      return {
        stop: async () => {
          listener.stop();
          await listener.done;
        },
      };
    },
    close: () => fake.close(),
    keepsUnknownKinds: false,
  };
}
