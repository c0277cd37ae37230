import { z } from 'zod';
import { baseUrlField } from '../addressFields.ts';
import { textField } from '../fields.ts';
import type { Secret } from '../secret.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import { accountNumberField, providerSecretField } from './keyFields.ts';
import type { KindConfig } from './kind.ts';

export interface VkChannel extends ChannelBase {
  readonly kind: 'vk';
  readonly groupId: string;
  /** Of the community. */
  readonly token: Secret;
  /** The secret key of the Callback API; null: Long Poll instead, which needs no public address. */
  readonly secret: Secret | null;
  /** What VK wants back when it makes sure that the address is ours. */
  readonly confirmation: string | null;
  /** People who answer comments from their own pages. */
  readonly staff: readonly string[];
  readonly apiRoot: string;
}

const schema = z
  .strictObject({
    kind: z.literal('vk').meta({ description: 'A community of VK: messages and comments.' }),
    ...channelBase,
    group_id: accountNumberField('The community’s number, without the minus.', '123456789'),
    token: providerSecretField('The community’s token: messages, manage, wall.', 'env:VK_TOKEN'),
    secret: providerSecretField(
      'The secret key of the Callback API. Without it VK is read by Long Poll, which needs no public address.',
      'env:VK_SECRET',
    ).optional(),
    confirmation: textField(
      'The string that the server must return (Callback API → Server settings).',
      'a1b2c3d4',
    ).optional(),
    staff: z
      .array(accountNumberField('A person’s number at VK.', '555'))
      .default([])
      .meta({ description: 'Who answers comments from their own page: those are answers, not clients.' }),
    api_root: baseUrlField('Address of the API.', 'https://api.vk.com').default('https://api.vk.com'),
  })
  .meta({
    description: 'A community of VK: messages, comments under posts, photos, videos and goods, boards.',
  });

export const vkKind = {
  schema,
  settings: (entry) => ({
    kind: entry.kind,
    groupId: entry.group_id,
    token: entry.token,
    secret: entry.secret ?? null,
    confirmation: entry.confirmation ?? null,
    staff: entry.staff,
    apiRoot: entry.api_root,
  }),
  describe: ({ id, secret }) => (secret === null ? 'vk, by Long Poll' : `vk, POST /hooks/${id}`),
} satisfies KindConfig<VkChannel, z.output<typeof schema>>;
