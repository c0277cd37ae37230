/** What the `config.ts` of a kind of channels is written with. */
export { baseUrlField, emailField, urlField } from './addressFields.ts';
export { type ChannelBase, channelBase } from './channelBase.ts';
export type { Checking, Entry } from './checking.ts';
export { checkOneChannelEach } from './checkOneChannelEach.ts';
export { configKind } from './configKind.ts';
export { countryField, field, flagField, type Reading, textField } from './fields.ts';
export { accountNumberField, addressKeyField, providerSecretField } from './keyFields.ts';
export { type Secret, secret } from './secret.ts';
export { botTokenField, secretField, smtpField, TELEGRAM_API, webhookSecretField } from './secretFields.ts';
export { lookUp, subjectOf } from './subjects.ts';
export { timezoneField } from './timeFields.ts';
