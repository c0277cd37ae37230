export { undecreedYear } from './calendar.ts';
export { type ConfigFormat, configFormat } from './configFormat.ts';
export type { ConfigKind } from './configKind.ts';
export { describeConfig } from './describeConfig.ts';
export { describeYear } from './describeYear.ts';
export { formatDuration, parseDuration } from './duration.ts';
export { type ConfigFault, formatFault } from './fault.ts';
export {
  channelAt,
  channelOnWait,
  channelsOf,
  formerIds,
  isChannelGone,
  keptChannel,
} from './keptChannel.ts';
export { type LoadResult, loadConfig } from './loadConfig.ts';
export { readProposal } from './proposal.ts';
export { type ReadResult, readConfig } from './readConfig.ts';
export type { ConfigDeps } from './references.ts';
export { secret } from './secret.ts';
export { senderOf } from './senderOf.ts';
export type * from './types.ts';
export { type ConfigHandlers, type WatchOptions, watchConfig } from './watchConfig.ts';
