import {
  addressKeyField,
  type ChannelBase,
  channelBase,
  configKind,
  countryField,
  type Secret,
} from '@otklik/config/kind';
import { z } from 'zod';

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

export const smsKind = configKind<SmsChannel, z.output<typeof schema>>({
  kind: 'sms',
  schema,
  settings: ({ key, country }) => ({ key, country }),
  provesPhones: () => true,
  describe: ({ id }) => `sms, POST /hooks/${id}`,
});
