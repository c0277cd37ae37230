/**
 * Adds, takes and closes where nothing answers: `node closeInVain.ts PLACE`, where PLACE is a QueuePlace as JSON. Ends by
 * itself if nothing is left over.
 */
import type { QueuePlace } from '../backend.ts';
import { openQueue } from '../queue.ts';

const place = JSON.parse(process.argv[2] ?? '') as QueuePlace;
const queue = openQueue<number>('jobs', place, () => {});
const consumer = queue.consume(async () => {}, 10);
// By then it has tried in vain.
await queue.add(1).catch(() => {});
await consumer.close();
await queue.close();
