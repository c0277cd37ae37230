import {
  accountNumberField,
  addressKeyField,
  baseUrlField,
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  providerSecretField,
  type Secret,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface OkChannel extends ChannelBase {
  readonly kind: 'ok';
  /** Of the group (Bot API). */
  readonly token: Secret;
  /** `?key=…` in the address of the webhook: Odnoklassniki signs nothing. */
  readonly key: Secret;
  /** People who answer under their own names. */
  readonly staff: readonly string[];
  readonly apiRoot: string;
}

const API = 'https://api.ok.ru';

const schema = z
  .strictObject({
    kind: z.literal('ok').meta({ description: 'A group of Odnoklassniki: its messages.' }),
    ...channelBase,
    token: providerSecretField('The group’s token (Настройки → Сообщения → Ключ доступа).', 'env:OK_TOKEN'),
    key: addressKeyField('env:OK_KEY'),
    staff: z
      .array(accountNumberField('A person’s number at Odnoklassniki.', '123456789012'))
      .default([])
      .meta({ description: 'People of ours who answer under their own names.' }),
    api_root: baseUrlField('Address of the API.', API).default(API),
  })
  .meta({ description: 'A group of Odnoklassniki: messages by webhook, answers by its list of chats.' });

export const okKind = configKind<OkChannel, z.output<typeof schema>>({
  kind: 'ok',
  schema,
  settings: (entry) => ({
    token: entry.token,
    key: entry.key,
    staff: entry.staff,
    apiRoot: entry.api_root,
  }),
  provesPhones: () => true,
  describe: ({ id }) => `ok, POST /hooks/${id} and its list of chats`,
  check: (entries, checking) =>
    checkOneChannelEach(entries, { key: 'token', name: ({ token }) => token.reveal() }, checking),
});
