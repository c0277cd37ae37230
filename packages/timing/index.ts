export { type Backoff, backoffMs } from './backoffMs.ts';
export { pause } from './pause.ts';
export { retryForever } from './retryForever.ts';
export { type Loop, startLoop } from './startLoop.ts';
export { orAfter, withTimeout } from './withTimeout.ts';
