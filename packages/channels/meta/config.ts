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

export interface MetaChannel extends ChannelBase {
  readonly kind: 'meta';
  readonly platform: 'messenger' | 'instagram';
  /** Of the page or of the Instagram account. */
  readonly accountId: string;
  readonly appSecret: Secret;
  readonly verifyToken: Secret;
  /** For the list of conversations and for answering from a ping; null: only listening. */
  readonly token: Secret | null;
  /** Apps that answer by themselves: what they say is no answer. */
  readonly botApps: readonly string[];
  /** Instant replies and away messages of the inbox: they are no answers. */
  readonly autoReplies: readonly string[];
  /** People of ours who answer comments under their own names. */
  readonly staff: readonly string[];
  readonly apiRoot: string;
}

const GRAPH = 'https://graph.facebook.com/v24.0';

const schema = z
  .strictObject({
    kind: z
      .literal('meta')
      .meta({ description: 'A Facebook page or an Instagram account: messages and comments.' }),
    ...channelBase,
    platform: z.enum(['messenger', 'instagram']).meta({ description: 'Whose account it is.' }),
    account_id: accountNumberField(
      'The number of the page or of the Instagram account.',
      '17841400000000000',
    ),
    app_secret: providerSecretField('The app’s secret (App settings → Basic).', 'env:META_APP_SECRET'),
    verify_token: providerSecretField(
      'Any text; the same is typed at Meta beside the address.',
      'env:META_VERIFY_TOKEN',
    ),
    token: providerSecretField(
      'The page’s access token. Without it the channel only listens.',
      'env:META_TOKEN',
    ).optional(),
    bot_apps: z
      .array(accountNumberField('An app’s number at Meta.', '26390203743090'))
      .default([])
      .meta({ description: 'Apps that answer by themselves: what they say is no answer.' }),
    auto_replies: z
      .array(textField('One text, as it is set in the inbox.', 'Спасибо! Мы скоро ответим.'))
      .default([])
      .meta({ description: 'The instant replies and away messages set at Meta: they are no answers.' }),
    staff: z
      .array(
        accountNumberField('A person’s number at Meta, as an event of theirs has it.', '5550001112223334'),
      )
      .default([])
      .meta({ description: 'Who answers comments under their own name: those are answers, not clients.' }),
    api_root: baseUrlField('Address and version of the Graph API.', GRAPH).default(GRAPH),
  })
  .meta({ description: 'A Facebook page or an Instagram account. Meta is blocked in Russia.' });

export const metaKind = configKind<MetaChannel, z.output<typeof schema>>({
  kind: 'meta',
  schema,
  settings: (entry) => ({
    platform: entry.platform,
    accountId: entry.account_id,
    appSecret: entry.app_secret,
    verifyToken: entry.verify_token,
    token: entry.token ?? null,
    botApps: entry.bot_apps,
    autoReplies: entry.auto_replies,
    staff: entry.staff,
    apiRoot: entry.api_root,
  }),
  provesPhones: () => true,
  describe: ({ id, platform, token }) =>
    `meta (${platform}), POST /hooks/${id}${token === null ? ', only listening' : ''}`,
  check: (entries, checking) =>
    checkOneChannelEach(entries, { key: 'account_id', name: ({ account_id }) => account_id }, checking),
});
