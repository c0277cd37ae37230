import {
  accountNumberField,
  baseUrlField,
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  field,
  providerSecretField,
  type Reading,
  type Secret,
  secret,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface MaxChannel extends ChannelBase {
  readonly kind: 'max';
  readonly token: Secret;
  /** What MAX sends in X-Max-Bot-Api-Secret; null: long polling instead, which needs no public address. */
  readonly secret: Secret | null;
  /** People of ours who answer in group chats and in comments. */
  readonly staff: readonly string[];
  /** Groups and channels that are read back after a time away: MAX lists none. */
  readonly chats: readonly string[];
  readonly apiRoot: string;
}

const API = 'https://platform-api2.max.ru';

const schema = z
  .strictObject({
    kind: z
      .literal('max')
      .meta({ description: 'A bot of the messenger MAX: messages, and comments under a channel’s posts.' }),
    ...channelBase,
    token: providerSecretField('The bot’s token.', 'env:MAX_TOKEN'),
    secret: hookSecretField().optional(),
    staff: z
      .array(accountNumberField('A person’s number at MAX.', '55'))
      .default([])
      .meta({ description: 'People of ours who answer in group chats and in comments.' }),
    chats: z.array(chatField()).default([]).meta({
      description:
        'Groups and channels whose messages and comments are read back after a time away, by number (MAX lists none).',
    }),
    api_root: baseUrlField('Address of the API.', API).default(API),
  })
  .meta({ description: 'A bot of the messenger MAX, by webhook or long polling.' });

export const maxKind = configKind<MaxChannel, z.output<typeof schema>>({
  kind: 'max',
  schema,
  settings: (entry) => ({
    token: entry.token,
    secret: entry.secret ?? null,
    staff: entry.staff,
    chats: entry.chats,
    apiRoot: entry.api_root,
  }),
  provesPhones: () => true,
  describe: ({ id, secret: own }) => (own === null ? 'max, by long polling' : `max, POST /hooks/${id}`),
  check: (entries, checking) =>
    checkOneChannelEach(entries, { key: 'token', name: ({ token }) => token.reveal() }, checking),
});

/** https://dev.max.ru/docs-api/methods/POST/subscriptions: 5 to 256 of these characters. */
function hookSecretField() {
  const read = (text: string): Reading<Secret> =>
    /^[A-Za-z0-9_-]{16,256}$/.test(text)
      ? { value: secret(text) }
      : { problem: 'must be 16 to 256 of A-Z, a-z, 0-9, _ and -' };
  return field(read, {
    description:
      'Any text of your own, which MAX then sends with each event. Without it MAX is read by long polling.',
    examples: ['env:MAX_SECRET'],
    writeOnly: true,
  });
}

/** Of groups and channels: below zero. */
function chatField() {
  const pattern = '^-?\\d{1,20}$';
  const read = (text: string): Reading<string> =>
    new RegExp(pattern).test(text)
      ? { value: text }
      : { problem: 'is no number of a chat', remedy: 'Write it in quotes' };
  return field(read, { description: 'A chat’s number.', examples: ['-70000000000000'], pattern });
}
