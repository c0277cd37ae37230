import {
  type ChannelBase,
  channelBase,
  configKind,
  providerSecretField,
  type Secret,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface TawkChannel extends ChannelBase {
  readonly kind: 'tawk';
  /** What tawk.to signs its webhooks with. */
  readonly secret: Secret;
  /** What it means that a chat has begun: nothing until its transcript tells what was said, or that the client waits. */
  readonly started: 'ignored' | 'waits';
}

const schema = z
  .strictObject({
    kind: z.literal('tawk').meta({ description: 'A site chat of tawk.to, by its webhooks.' }),
    ...channelBase,
    secret: providerSecretField(
      'The secret key of the webhook (Administration → Settings → Webhooks).',
      'env:TAWK_SECRET',
    ),
    started: z.enum(['ignored', 'waits']).default('ignored').meta({
      description:
        'What it means that a chat has begun. ignored: nothing until its transcript tells what was said (default). waits: the client waits from their first message on; tawk.to tells of answers only when the chat is over, so that every chat that is longer than the window is pinged.',
    }),
  })
  .meta({ description: 'A site chat of tawk.to. What was answered is told when the chat is over.' });

export const tawkKind = configKind<TawkChannel, z.output<typeof schema>>({
  kind: 'tawk',
  schema,
  settings: ({ secret, started }) => ({ secret, started }),
  // Numbers and addresses are what visitors typed.
  provesPhones: () => false,
  describe: ({ id, started }) =>
    `tawk, POST /hooks/${id}${started === 'waits' ? ', from the first message' : ', when a chat is over'}`,
});
