/**
 * A worker that takes a job and never finishes it, to be killed: `node holdJob.ts PLACE`, where PLACE is a QueuePlace
 * as JSON. Prints `held` when it has the job.
 */
import type { QueuePlace } from '../backend.ts';
import { openQueue } from '../queue.ts';

const place = JSON.parse(process.argv[2] ?? '') as QueuePlace;
openQueue('jobs', place, (error) => console.error(error)).consume(() => {
  console.log('held');
  return new Promise(() => {});
}, 10);
