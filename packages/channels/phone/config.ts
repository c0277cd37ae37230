import {
  addressKeyField,
  baseUrlField,
  type ChannelBase,
  type Checking,
  channelBase,
  configKind,
  countryField,
  type Entry,
  providerSecretField,
  type Secret,
  subjectOf,
  textField,
  timezoneField,
} from '@otklik/config/kind';
import { z } from 'zod';
import { databaseAddressField } from './databaseAddress.ts';

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

export const phoneKind = configKind<PhoneChannel, z.output<typeof schema>>({
  kind: 'phone',
  schema,
  settings: (entry) => ({
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
  provesPhones: () => true,
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
  check: checkPhone,
});

const KEY_NAMES = ['account', 'secret', 'token', 'key', 'cdr'] as const;
type Key = (typeof KEY_NAMES)[number];

/** What each provider cannot do without, and what it takes besides, all of it or nothing: see docs/channels/phone. */
const KEYS: Readonly<
  Record<PhoneProvider, { readonly needs: readonly Key[]; readonly takes: readonly Key[] }>
> = {
  mango: { needs: ['account', 'secret'], takes: [] },
  zadarma: { needs: ['account', 'secret'], takes: [] },
  uis: { needs: ['key'], takes: ['token'] },
  megafon: { needs: ['secret'], takes: ['account', 'token'] },
  beeline: { needs: ['key', 'token'], takes: [] },
  sipuni: { needs: ['key'], takes: ['account', 'secret'] },
  onlinepbx: { needs: ['key', 'account'], takes: ['token'] },
  asterisk: { needs: ['account', 'secret'], takes: ['cdr'] },
  twilio: { needs: ['account', 'secret'], takes: [] },
  bitrix24: { needs: ['token'], takes: [] },
};

/** Each provider has what it needs, and one number belongs to one channel. */
function checkPhone(
  entries: readonly Entry<z.output<typeof schema>>[],
  { document, report }: Checking,
): void {
  const owned = new Set<string>();
  for (const { path, value } of entries) {
    const subject = subjectOf(path, document.value);
    const { needs, takes } = KEYS[value.provider];
    for (const key of KEY_NAMES) {
      if (needs.includes(key) && value[key] === undefined)
        report(
          path,
          `${subject}: ${value.provider} needs  ${key}`,
          'docs/channels/phone says where it is found',
        );
      if (value[key] !== undefined && !needs.includes(key) && !takes.includes(key))
        report([...path, key], `${subject}: ${value.provider} has no use for  ${key}`, 'Remove it');
    }
    if (value.context !== undefined && value.provider !== 'asterisk')
      report([...path, 'context'], `${subject}: ${value.provider} has no use for  context`, 'Remove it');
    const given = takes.filter((key) => value[key] !== undefined);
    const [missing] = takes.filter((key) => !given.includes(key));
    if (given.length > 0 && missing !== undefined)
      report(
        path,
        `${subject}: ${value.provider} reads its list of calls and calls back with  ${takes.join(', ')}  together, and  ${missing}  is missing`,
        `Add  ${missing}, or remove  ${given.join(', ')}`,
      );
    for (const number of value.numbers) {
      // A line may have a name, in which digits are no number.
      const line = /\p{L}/u.test(number) ? number.toLowerCase() : number.replaceAll(/\D/g, '');
      const name = `${value.provider} ${value.account ?? ''} ${line}`;
      if (owned.has(name))
        report(
          [...path, 'numbers'],
          `${subject}: ${number} belongs to another channel already`,
          'One number, one channel',
        );
      owned.add(name);
    }
  }
}
