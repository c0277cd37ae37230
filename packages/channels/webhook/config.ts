import {
  type ChannelBase,
  channelBase,
  configKind,
  type Secret,
  webhookSecretField,
} from '@otklik/config/kind';
import type { HandleKind } from '@otklik/domain';
import { z } from 'zod';

export interface WebhookChannel extends ChannelBase {
  readonly kind: 'webhook';
  /** `whsec_` + base64 for signatures; any text for `Authorization: Bearer`. */
  readonly secret: Secret;
  /** What of `from` the sender has proven of the client (a code by SMS, a sign-in); all else is typed. */
  readonly attests: readonly HandleKind[];
}

const schema = z
  .strictObject({
    kind: z.literal('webhook').meta({ description: 'Events come by POST /hooks/{id}.' }),
    ...channelBase,
    secret: webhookSecretField(
      'whsec_ + base64 of 24 to 64 bytes for signatures (Standard Webhooks); any text of 16 characters and more for Authorization: Bearer.',
      'env:SITE_SECRET',
    ),
    attests: z
      .array(z.enum(['phone', 'email']))
      .default([])
      .meta({
        description:
          'What of a message’s  from  your system has proven of the client (a code by SMS, a sign-in): only then does the number or address join their channels. Default: nothing, since a visitor can type anybody’s. A call always vouches for its number.',
        examples: [['phone']],
      }),
  })
  .meta({ description: 'Your own scripts and sites: signed events by HTTP.' });

export const webhookKind = configKind<WebhookChannel, z.output<typeof schema>>({
  kind: 'webhook',
  schema,
  settings: ({ secret, attests }) => ({ secret, attests }),
  provesPhones: ({ attests }) => attests.includes('phone'),
  describe: ({ id }) => `webhook, POST /hooks/${id}`,
});
