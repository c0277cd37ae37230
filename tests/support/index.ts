export { freshDatabase } from './freshDatabase.ts';
export { freshRedis } from './freshRedis.ts';
export { temporaryDirectory } from './temporaryDirectory.ts';
export { until } from './until.ts';
