import {
  accountNumberField,
  baseUrlField,
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  providerSecretField,
  type Secret,
  textField,
} from '@otklik/config/kind';
import { z } from 'zod';

/** What a community has that can be commented on. */
const SECTIONS = ['posts', 'boards', 'photos', 'videos', 'goods'] as const;

export interface VkChannel extends ChannelBase {
  readonly kind: 'vk';
  readonly groupId: string;
  /** Of the community. */
  readonly token: Secret;
  /** Of a person who manages it, or of an app: lists comments, which the community's token does not. null: only events show them. */
  readonly userToken: Secret | null;
  /** Where comments are looked for with `userToken`. */
  readonly commentsOf: readonly (typeof SECTIONS)[number][];
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
    user_token: providerSecretField(
      'A user token of somebody who manages the community (or an app’s service token, which reaches posts and boards only): with it comments are listed, so that none is missed.',
      'env:VK_USER_TOKEN',
    ).optional(),
    comments_of: z
      .array(z.enum(SECTIONS))
      .default([...SECTIONS])
      .meta({
        description:
          'Where comments are looked for with `user_token`. Leave out what the community has switched off.',
      }),
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

export const vkKind = configKind<VkChannel, z.output<typeof schema>>({
  kind: 'vk',
  schema,
  settings: (entry) => ({
    groupId: entry.group_id,
    token: entry.token,
    userToken: entry.user_token ?? null,
    commentsOf: entry.comments_of,
    secret: entry.secret ?? null,
    confirmation: entry.confirmation ?? null,
    staff: entry.staff,
    apiRoot: entry.api_root,
  }),
  provesPhones: () => true,
  describe: ({ id, secret }) => (secret === null ? 'vk, by Long Poll' : `vk, POST /hooks/${id}`),
  check: (entries, checking) =>
    checkOneChannelEach(entries, { key: 'group_id', name: ({ group_id }) => group_id }, checking),
});
