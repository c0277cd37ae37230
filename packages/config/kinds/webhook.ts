import { z } from 'zod';
import type { Secret } from '../secret.ts';
import { webhookSecretField } from '../secretFields.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import type { KindConfig } from './kind.ts';

export interface WebhookChannel extends ChannelBase {
  readonly kind: 'webhook';
  /** `whsec_` + base64 for signatures; any text for `Authorization: Bearer`. */
  readonly secret: Secret;
}

const schema = z
  .strictObject({
    kind: z.literal('webhook').meta({ description: 'Events come by POST /hooks/{id}.' }),
    ...channelBase,
    secret: webhookSecretField(
      'whsec_ + base64 of 24 to 64 bytes for signatures (Standard Webhooks); any text of 16 characters and more for Authorization: Bearer.',
      'env:SITE_SECRET',
    ),
  })
  .meta({ description: 'Your own scripts and sites: signed events by HTTP.' });

export const webhookKind = {
  schema,
  settings: ({ kind, secret }) => ({ kind, secret }),
  describe: ({ id }) => `webhook, POST /hooks/${id}`,
} satisfies KindConfig<WebhookChannel, z.output<typeof schema>>;
