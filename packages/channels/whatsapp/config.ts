import {
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  field,
  type Reading,
  type Secret,
  secret,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface WhatsappChannel extends ChannelBase {
  readonly kind: 'whatsapp';
  /** The account's number, E.164 with the plus sign. */
  readonly phone: string;
  /** 32 bytes in base64: encrypts the session of the linked device in the database. */
  readonly key: Secret;
  /** Greeting and away texts of the account: what WhatsApp Business says by itself. */
  readonly autoReplies: readonly string[];
  /** Numbers of our own people who write in groups from their own telephones, E.164. */
  readonly colleagues: readonly string[];
  readonly webSocket: string;
}

const WHATSAPP_WEB_SOCKET = 'wss://web.whatsapp.com/ws/chat';

const schema = z
  .strictObject({
    kind: z.literal('whatsapp').meta({
      description: 'A WhatsApp account in which Otklik is a linked device, as WhatsApp Web is. Unofficial.',
    }),
    ...channelBase,
    phone: numberField('The number of the account, with + and the country code.'),
    key: sessionKeyField(
      '32 bytes in base64. Encrypts the session in the database: whoever has both reads the account.',
    ),
    auto_replies: z
      .array(greetingField())
      .default([])
      .meta({ description: 'The greeting and away texts set in WhatsApp Business: they are no answers.' }),
    colleagues: z.array(numberField('A number.')).default([]).meta({
      description: 'Numbers of our own people who write in its groups: they answer, and ask nothing.',
    }),
    web_socket: webSocketField('Address of WhatsApp’s server. Only for tests.').default(WHATSAPP_WEB_SOCKET),
  })
  .meta({ description: 'A WhatsApp account, private chats and groups, by a linked device.' });

export const whatsappKind = configKind<WhatsappChannel, z.output<typeof schema>>({
  kind: 'whatsapp',
  schema,
  settings: ({ phone, key, auto_replies: autoReplies, colleagues, web_socket: webSocket }) => ({
    phone,
    key,
    autoReplies,
    colleagues,
    webSocket,
  }),
  provesPhones: () => true,
  describe: () => 'whatsapp, linked device (unofficial)',
  check: (entries, checking) =>
    checkOneChannelEach(
      entries,
      {
        key: 'phone',
        // Two linked sessions of ours would count every message twice.
        name: ({ phone }) => phone,
        what: 'number',
        remedy: 'One account, one channel: remove one of the two',
      },
      checking,
    ),
});

function numberField(description: string) {
  const pattern = '^\\+[1-9]\\d{6,14}$';
  const read = (text: string): Reading<string> =>
    new RegExp(pattern).test(text)
      ? { value: text }
      : {
          problem: 'is no number of the form +79990000000',
          remedy: 'Write it in quotes, with + and no spaces',
        };
  return field(read, { description, examples: ['+79990000000'], pattern });
}

function sessionKeyField(description: string) {
  const read = (text: string): Reading<Secret> => {
    const bytes = Buffer.from(text, 'base64');
    return bytes.length === 32 && bytes.toString('base64') === text
      ? { value: secret(text) }
      : { problem: 'is not 32 bytes in base64', remedy: 'Make one with  openssl rand -base64 32' };
  };
  return field(read, { description, examples: ['env:WA_KEY'], writeOnly: true });
}

/** As it is set in the app, so it may have several lines. */
function greetingField() {
  const read = (text: string): Reading<string> =>
    text.trim() === '' ? { problem: 'is empty' } : { value: text.trim() };
  return field(read, {
    description: 'One text, as it is set in the app.',
    examples: ['Здравствуйте! Мы ответим вам в рабочее время.'],
  });
}

function webSocketField(description: string) {
  const read = (text: string): Reading<string> =>
    /^wss?:\/\/[^\s/]/.test(text) && URL.canParse(text)
      ? { value: text }
      : { problem: 'is no ws:// or wss:// address' };
  return field(read, { description, examples: [WHATSAPP_WEB_SOCKET], pattern: '^wss?://' });
}
