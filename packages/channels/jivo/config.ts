import {
  addressKeyField,
  baseUrlField,
  type ChannelBase,
  channelBase,
  configKind,
  providerSecretField,
  type Secret,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface JivoChannel extends ChannelBase {
  readonly kind: 'jivo';
  /** `?key=…` in the address of the webhook, and the token of the bot: Jivo signs nothing. */
  readonly key: Secret;
  /** The bot provider's id at Jivo; null: no bot, so that a chat is seen when it is over. */
  readonly botProvider: Secret | null;
  /** What it means that an agent has accepted a chat: their answer until Jivo tells what was said, or nothing. */
  readonly accepted: 'answers' | 'waits';
  readonly botRoot: string;
}

const BOT_ROOT = 'https://bot.jivosite.com';

const schema = z
  .strictObject({
    kind: z.literal('jivo').meta({ description: 'A site chat of Jivo, by webhooks and a silent bot.' }),
    ...channelBase,
    key: addressKeyField('env:JIVO_KEY'),
    bot_provider: providerSecretField(
      'The bot provider’s id that Jivo gives you. With it a silent bot sees each message as it is written, and invites an agent at once.',
      'env:JIVO_BOT_PROVIDER',
    ).optional(),
    accepted: z.enum(['answers', 'waits']).default('answers').meta({
      description:
        'What it means that an agent has accepted a chat. answers: the client has their answer until Jivo tells what was said (default). waits: only an agent’s words answer; for accounts whose bot is told of them (AGENT_MESSAGE).',
    }),
    bot_root: baseUrlField('Address of the Bot API.', BOT_ROOT).default(BOT_ROOT),
  })
  .meta({
    description:
      'A site chat of Jivo. Its webhooks tell of a chat when an agent accepts it and when it is over; a bot sees what lies between.',
  });

export const jivoKind = configKind<JivoChannel, z.output<typeof schema>>({
  kind: 'jivo',
  schema,
  settings: (entry) => ({
    key: entry.key,
    botProvider: entry.bot_provider ?? null,
    accepted: entry.accepted,
    botRoot: entry.bot_root,
  }),
  provesPhones: () => false,
  describe: ({ id, botProvider }) =>
    botProvider === null ? `jivo, POST /hooks/${id}` : `jivo, POST /hooks/${id}, with a silent bot`,
});
