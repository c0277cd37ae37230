export {
  connection,
  type Kept,
  keepConnected,
  keepPulse,
  letGo,
  openPool,
  type Pulse,
  withClient,
} from './connections.ts';
export {
  type EmbeddedOptions,
  type EmbeddedPostgres,
  embeddedUrl,
  runningEmbeddedUrl,
  startEmbeddedPostgres,
} from './embedded.ts';
