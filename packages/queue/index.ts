export type { QueuePlace } from './backend.ts';
export { type Consumer, type JobQueue, openQueue } from './queue.ts';
export { openSpool, type Spool, type SpoolFault } from './spool.ts';
