// The servers of the test run, started at the first ask.
export { emptyDatabase, freshDatabase } from './freshDatabase.ts';
export { freshRedis } from './freshRedis.ts';
export { fromTestRun } from './fromTestRun.ts';
