import { z } from 'zod';
import { countryField } from '../fields.ts';
import type { Secret } from '../secret.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import { addressKeyField } from './keyFields.ts';
import type { KindConfig } from './kind.ts';

export interface SmsChannel extends ChannelBase {
  readonly kind: 'sms';
  /** `?key=…` in the address of the webhook. */
  readonly key: Secret;
  readonly country: string;
}

const schema = z
  .strictObject({
    kind: z.literal('sms').meta({ description: 'SMS that clients send to us, by the service’s webhook.' }),
    ...channelBase,
    key: addressKeyField('env:SMS_KEY'),
    country: countryField('Country of numbers without a country code. Default RU.').default('RU'),
  })
  .meta({ description: 'Inbound SMS by SMSC, SMS Aero, Exolve or Twilio.' });

export const smsKind = {
  schema,
  settings: ({ kind, key, country }) => ({ kind, key, country }),
  describe: ({ id }) => `sms, POST /hooks/${id}`,
} satisfies KindConfig<SmsChannel, z.output<typeof schema>>;
