// The usual recipe for a durable webhook: a bare Fastify route adds the body to a BullMQ queue, then answers.
import type { AddressInfo } from 'node:net';
import { Queue } from 'bullmq';
import Fastify from 'fastify';
import { Redis } from 'ioredis';

const connection = new Redis(process.env.REDIS_URL ?? '', { maxRetriesPerRequest: null });
const queue = new Queue('recipe', { connection });
const app = Fastify();

app.post('/hooks/site', async (request, reply) => {
  await queue.add('event', request.body, { removeOnComplete: true });
  return reply.code(202).send({ accepted: 1 });
});

await app.listen({ host: '127.0.0.1', port: 0 });
console.log(`is ready: http://127.0.0.1:${(app.server.address() as AddressInfo).port}`);
process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
