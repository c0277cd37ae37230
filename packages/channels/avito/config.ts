import {
  accountNumberField,
  addressKeyField,
  baseUrlField,
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  flagField,
  providerSecretField,
  type Secret,
  textField,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface AvitoChannel extends ChannelBase {
  readonly kind: 'avito';
  /** The account's own number: whoever writes under it is one of us. */
  readonly userId: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  /** `?key=…` in the address of the webhook: Avito's signature is not documented. */
  readonly key: Secret;
  /** Whether calls by Avito's own numbers are read (calltracking). */
  readonly calls: boolean;
  /** Whether reviews are read. */
  readonly reviews: boolean;
  readonly apiRoot: string;
}

const schema = z
  .strictObject({
    kind: z.literal('avito').meta({ description: 'An account of Avito: chats, calls, reviews.' }),
    ...channelBase,
    user_id: accountNumberField('The account’s own number at Avito.', '94235311'),
    client_id: textField('Of the API key (avito.ru/professionals/api).', 'AbCdEf123'),
    client_secret: providerSecretField('Of the API key.', 'env:AVITO_SECRET'),
    key: addressKeyField('env:AVITO_KEY'),
    calls: flagField('Whether calls by Avito’s numbers are read. Default true.').default(true),
    reviews: flagField('Whether reviews are read. Default true.').default(true),
    api_root: baseUrlField('Address of the API.', 'https://api.avito.ru').default('https://api.avito.ru'),
  })
  .meta({ description: 'An account of Avito: chats by webhook and list, calls and reviews by list.' });

export const avitoKind = configKind<AvitoChannel, z.output<typeof schema>>({
  kind: 'avito',
  schema,
  settings: (entry) => ({
    userId: entry.user_id,
    clientId: entry.client_id,
    clientSecret: entry.client_secret,
    key: entry.key,
    calls: entry.calls,
    reviews: entry.reviews,
    apiRoot: entry.api_root,
  }),
  provesPhones: () => true,
  describe: ({ id }) => `avito, POST /hooks/${id} and its lists`,
  check: (entries, checking) =>
    checkOneChannelEach(entries, { key: 'user_id', name: ({ user_id }) => user_id }, checking),
});
