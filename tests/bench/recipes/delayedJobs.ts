// The usual recipe for deadlines: a delayed BullMQ job per step, and a worker that posts it. Arguments: `count`,
// `from`, `perSecond`, `target`. Reports when all jobs are in, and runs until SIGTERM.
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [count, from, perSecond, idle, target] = process.argv.slice(2);
const redisUrl = process.env.REDIS_URL ?? '';
const queue = new Queue('recipe-steps', { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }) });
const firstAt = Number(from);
const jobs = Array.from({ length: Number(count) }, (_, index) => {
  const dueAt = firstAt + (index * 1_000) / Number(perSecond);
  return {
    name: 'step',
    data: { due_at: new Date(dueAt).toISOString() },
    opts: { delay: Math.max(0, dueAt - Date.now()), removeOnComplete: true },
  };
});
const waiting = Array.from({ length: Number(idle) }, () => ({
  name: 'step',
  data: { due_at: '' },
  opts: { delay: 3_600_000, removeOnComplete: true },
}));
for (const list of [jobs, waiting]) {
  for (let i = 0; i < list.length; i += 1_000) {
    const now = Date.now();
    const part = list.slice(i, i + 1_000);
    await queue.addBulk(
      part.map((job) =>
        job.data.due_at === ''
          ? job
          : { ...job, opts: { ...job.opts, delay: Math.max(0, Date.parse(job.data.due_at) - now) } },
      ),
    );
  }
}
new Worker(
  'recipe-steps',
  async (job) => {
    const body = JSON.stringify({ type: 'wait.step', data: job.data });
    await (
      await fetch(String(target), { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    ).arrayBuffer();
  },
  { connection: new Redis(redisUrl, { maxRetriesPerRequest: null }), concurrency: 64 },
);
console.log('is ready: all jobs are in');
