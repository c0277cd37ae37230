// Servers of the test run, started when first asked for.
export { emptyDatabase, freshDatabase } from './freshDatabase.ts';
export { freshRedis } from './freshRedis.ts';
export { fromTestRun } from './fromTestRun.ts';
