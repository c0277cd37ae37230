import { z } from 'zod';
import { baseUrlField } from '../addressFields.ts';
import { countryField, textField } from '../fields.ts';
import type { Secret } from '../secret.ts';
import { timezoneField } from '../timeFields.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import { addressKeyField, databaseAddressField, providerSecretField } from './keyFields.ts';
import type { KindConfig } from './kind.ts';

/** Whose telephone exchange it is. */
export const PHONE_PROVIDERS = [
  'mango',
  'zadarma',
  'uis',
  'megafon',
  'beeline',
  'sipuni',
  'onlinepbx',
  'asterisk',
  'twilio',
  'bitrix24',
] as const;
export type PhoneProvider = (typeof PHONE_PROVIDERS)[number];

export interface PhoneChannel extends ChannelBase {
  readonly kind: 'phone';
  readonly provider: PhoneProvider;
  /** Whose numbers are written without a country code (ISO 3166). */
  readonly country: string;
  /** Of the exchange's clock, where it tells local times; null: the company's. */
  readonly timezone: string | null;
  /**
   * Our own numbers that belong to this channel, and names of lines (`sip:site-7@vpbx1.mangosip.ru`, `site-7`), as the exchange
   * writes them; empty: all that no other channel has.
   */
  readonly numbers: readonly string[];
  /** What the provider knows us by: a key, a domain, an account. */
  readonly account: string | null;
  /** What requests are signed or allowed with. */
  readonly secret: Secret | null;
  /** For asking the provider for its list of calls. */
  readonly token: Secret | null;
  /** `?key=…` in the address typed into the provider's cabinet. */
  readonly key: Secret | null;
  /** The database with the exchange's own tables of calls. */
  readonly cdr: Secret | null;
  /** null: the provider's own. */
  readonly apiRoot: string | null;
  /** Of Asterisk: where a call back enters the dial plan; null: `from-internal`. */
  readonly context: string | null;
}

const schema = z
  .strictObject({
    kind: z.literal('phone').meta({ description: 'A phone line, by the provider of its exchange.' }),
    ...channelBase,
    provider: z.enum(PHONE_PROVIDERS).meta({ description: 'Whose exchange it is.' }),
    country: countryField('Country of numbers that are written without a country code. Default RU.').default(
      'RU',
    ),
    timezone: timezoneField(
      'Of the exchange’s clock, where it tells local times. Default: the company’s.',
    ).optional(),
    numbers: z.array(textField('One of our numbers.', '+74951234567')).default([]).meta({
      description: 'Our numbers that belong to this channel. Default: all that no other channel has.',
    }),
    account: textField(
      'What the provider knows us by: see the provider’s page in docs/channels.',
      'acme.onpbx.ru',
    ).optional(),
    secret: providerSecretField('What the provider signs its requests with.', 'env:PHONE_SECRET').optional(),
    token: providerSecretField(
      'For asking the provider for its list of calls.',
      'env:PHONE_TOKEN',
    ).optional(),
    key: addressKeyField('env:PHONE_KEY').optional(),
    cdr: databaseAddressField(
      'Of asterisk: the database with its tables cdr and cel, mysql:// or postgres://.',
      'env:ASTERISK_CDR',
    ).optional(),
    context: textField(
      'Of asterisk: the context of the dial plan in which a call back dials. Default: from-internal.',
      'from-internal',
    ).optional(),
    api_root: baseUrlField(
      'Address of the provider’s API. Default: the provider’s own.',
      'https://api.example.ru',
    ).optional(),
  })
  .meta({ description: 'A phone line: rings, answers, missed calls and call-backs.' });

/** Whose list of calls needs nothing but what its webhooks need. */
const LISTED: ReadonlySet<PhoneProvider> = new Set(['mango', 'zadarma', 'beeline', 'twilio']);

export const phoneKind = {
  schema,
  settings: (entry) => ({
    kind: entry.kind,
    provider: entry.provider,
    country: entry.country,
    timezone: entry.timezone ?? null,
    numbers: entry.numbers,
    account: entry.account ?? null,
    secret: entry.secret ?? null,
    token: entry.token ?? null,
    key: entry.key ?? null,
    cdr: entry.cdr ?? null,
    apiRoot: entry.api_root ?? null,
    context: entry.context ?? null,
  }),
  describe: ({ id, provider, account, secret, token, cdr }) => {
    if (provider === 'asterisk')
      return `phone (asterisk), read from AMI${cdr ? ' and its tables of calls' : ', without its tables of calls'}`;
    if (provider === 'bitrix24') return 'phone (bitrix24), read from its statistics';
    const isListed =
      LISTED.has(provider) ||
      token !== null ||
      (provider === 'sipuni' && account !== null && secret !== null);
    return `phone (${provider}), POST /hooks/${id}${isListed ? ' and the list of calls' : ', without a list of calls'}`;
  },
} satisfies KindConfig<PhoneChannel, z.output<typeof schema>>;
