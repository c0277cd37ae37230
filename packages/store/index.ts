export {
  type ClockRules,
  canReach,
  type NewNotice,
  type NoticeType,
  nextReminderAt,
  type ReachRules,
  type RecordRules,
  type WaitChange,
  type WaitRow,
} from '@otklik/domain';
export * from './access.ts';
export * from './backlogs.ts';
export * from './blindSpans.ts';
export * from './botWords.ts';
export * from './cadenceClock.ts';
export * from './cadenceCommands.ts';
export type { AttemptRow, CadenceRow, CadenceSaid } from './cadences.ts';
export * from './channelMemory.ts';
export * from './channels.ts';
export * from './chatMessages.ts';
export * from './clock.ts';
export * from './commands.ts';
export * from './counts.ts';
export { type FolderOwner, type HeldFolder, holdFolder } from './dataFolder.ts';
export * from './disputes.ts';
export { createGuesses, type Guesses } from './guesses.ts';
export { returnUntaken } from './handBacks.ts';
export type { HandOver } from './handOvers.ts';
export * from './inactivity.ts';
export * from './joins.ts';
export * from './keptAside.ts';
export * from './keptChannels.ts';
export * from './listenerAsks.ts';
export * from './mailReplies.ts';
export { createSchema, migrate } from './migrate.ts';
export * from './notices.ts';
export * from './ownerReport.ts';
export * from './people.ts';
export { planAnew } from './planAnew.ts';
export { planDigest } from './planDigest.ts';
export * from './reach.ts';
export * from './reads.ts';
export { type Recorded, recordEvents } from './record.ts';
export { type Rename, renameChannels } from './renameChannels.ts';
export * from './replies.ts';
export { forgetOld } from './retention.ts';
export { settleHandles } from './settleHandles.ts';
export { type Listening, listen, type Signal, signal } from './signals.ts';
export { type SimulationReport, simulationReport, type TallyReport } from './simulationReport.ts';
export { type Db, openStore, type Store, type StoreOptions } from './store.ts';
export type { NamedWait } from './waitRows.ts';
export * from './watchedChannels.ts';
