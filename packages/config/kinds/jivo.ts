import { z } from 'zod';
import type { Secret } from '../secret.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import { addressKeyField } from './keyFields.ts';
import type { KindConfig } from './kind.ts';

export interface JivoChannel extends ChannelBase {
  readonly kind: 'jivo';
  /** `?key=…` in the address of the webhook: Jivo signs nothing. */
  readonly key: Secret;
}

const schema = z
  .strictObject({
    kind: z.literal('jivo').meta({ description: 'A site chat of Jivo, by webhooks.' }),
    ...channelBase,
    key: addressKeyField('env:JIVO_KEY'),
  })
  .meta({
    description:
      'A site chat of Jivo. Its webhooks tell of a chat when an agent accepts it and when it is over.',
  });

export const jivoKind = {
  schema,
  settings: ({ kind, key }) => ({ kind, key }),
  describe: ({ id }) => `jivo, POST /hooks/${id}`,
} satisfies KindConfig<JivoChannel, z.output<typeof schema>>;
