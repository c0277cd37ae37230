export { type CallBack, callBackOf, loggable, orderCall } from './callBack.ts';
export type * from './channel.ts';
export { TEST_HEADER } from './channel.ts';
export { pingMailbox } from './email/pingMailbox.ts';
export {
  type Attached,
  type Carries,
  carriedAs,
  type FileKind,
  MOST_FROM_TELEGRAM,
  type NoFile,
  type NotCarried,
  type OutgoingFile,
  type StaffFile,
} from './files.ts';
export { signatureHeaders } from './provider/standardWebhooks.ts';
export { type ChannelConfig, CONFIG_FORMAT, canAnswer, channelOf, feedsOf } from './registry.ts';
export { botId } from './telegram/account.ts';
export { type BotApi, botApi } from './telegram/botApi.ts';
export type { CallFailure } from './telegram/callOutcome.ts';
export { fetchStaffFile } from './telegram/staffFile.ts';
export { hookEvent } from './webhook/body.ts';
export { qrSvg, qrTerminal } from './whatsapp/pairing.ts';
