import {
  baseUrlField,
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  field,
  type Reading,
  type Secret,
  secret,
  textField,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface WhatsappCloudChannel extends ChannelBase {
  readonly kind: 'whatsapp_cloud';
  /** The number's id at Meta, not the number itself. */
  readonly phoneNumberId: string;
  /** Of the app: what Meta signs its webhooks with. */
  readonly appSecret: Secret;
  /** What Meta repeats when it makes sure that the address is ours. */
  readonly verifyToken: Secret;
  /** For answering from a ping and for looking whether the number is reachable; null: only listening. */
  readonly token: Secret | null;
  readonly apiRoot: string;
  /** Greeting and away texts of the WhatsApp Business app: they are no answers. */
  readonly autoReplies: readonly string[];
}

const GRAPH = 'https://graph.facebook.com/v24.0';

const schema = z
  .strictObject({
    kind: z
      .literal('whatsapp_cloud')
      .meta({ description: 'A WhatsApp number by Meta’s Cloud API. Official.' }),
    ...channelBase,
    phone_number_id: phoneNumberIdField(),
    app_secret: longSecretField(
      'The app’s secret (App settings → Basic): Meta signs its webhooks with it.',
      'env:WA_APP_SECRET',
    ),
    verify_token: longSecretField(
      'Any text of 16 characters and more; the same is typed at Meta beside the address of the webhook.',
      'env:WA_VERIFY_TOKEN',
    ),
    token: longSecretField(
      'A system user’s access token with whatsapp_business_messaging. Without it the channel only listens.',
      'env:WA_TOKEN',
    ).optional(),
    api_root: baseUrlField('Address and version of the Graph API.', GRAPH).default(GRAPH),
    auto_replies: z
      .array(textField('One text, as it is set in the app.', 'Здравствуйте! Мы ответим вам в рабочее время.'))
      .default([])
      .meta({ description: 'The greeting and away texts set in WhatsApp Business: they are no answers.' }),
  })
  .meta({
    description: 'A WhatsApp number by the official Cloud API, also beside the WhatsApp Business app.',
  });

export const whatsappCloudKind = configKind<WhatsappCloudChannel, z.output<typeof schema>>({
  kind: 'whatsapp_cloud',
  schema,
  settings: (entry) => ({
    phoneNumberId: entry.phone_number_id,
    appSecret: entry.app_secret,
    verifyToken: entry.verify_token,
    token: entry.token ?? null,
    apiRoot: entry.api_root,
    autoReplies: entry.auto_replies,
  }),
  provesPhones: () => true,
  describe: ({ id, token }) => `whatsapp_cloud, POST /hooks/${id}${token === null ? ', only listening' : ''}`,
  check: (entries, checking) =>
    checkOneChannelEach(
      entries,
      {
        key: 'phone_number_id',
        name: ({ phone_number_id }) => phone_number_id,
        what: 'number',
        remedy: 'One number, one channel',
      },
      checking,
    ),
});

function phoneNumberIdField() {
  const pattern = '^\\d{3,20}$';
  const read = (text: string): Reading<string> =>
    new RegExp(pattern).test(text)
      ? { value: text }
      : {
          problem: 'is no phone number id (digits only)',
          remedy: 'Copy it from WhatsApp → API setup, in quotes',
        };
  return field(read, {
    description: 'The number’s id at Meta (WhatsApp → API setup), not the number itself.',
    examples: ['106540352242922'],
    pattern,
  });
}

function longSecretField(description: string, example: string) {
  const read = (text: string): Reading<Secret> =>
    /^[\x21-\x7e]{16,}$/.test(text)
      ? { value: secret(text) }
      : { problem: 'must be 16 visible ASCII characters and more' };
  return field(read, { description, examples: [example], writeOnly: true });
}
