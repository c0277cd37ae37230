// Sends signed events to a webhook over keep-alive connections for a while, and prints how many were answered 202.
// Arguments: base URL, secret, connections, milliseconds, mark. A process of its own, so that what it measures is the server.
import { randomBytes, randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { signatureHeaders } from '@otklik/channels';

const [base = '', secret = '', connections = '64', milliseconds = '3000'] = process.argv.slice(2);
const url = new URL('/hooks/site', base);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });
const READY = 40_000;

/** Made before the clock starts: the generator must not be what is measured. */
const run = randomBytes(6).toString('hex');
const prepared = Array.from({ length: READY }, (_, index) => {
  const body = JSON.stringify({
    id: `${run}-${index}`,
    thread: `chat-${run}-${index % 5_000}`,
    kind: 'message',
    at: new Date().toISOString(),
    from: { side: 'client', id: `u-${index % 5_000}`, name: 'Иван' },
    text: 'Здравствуйте! Подскажите, пожалуйста, есть ли доставка в субботу?',
    link: 'https://example.ru/chats/42',
  });
  return {
    body,
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...signatureHeaders(secret, randomUUID(), body, Date.now()),
    },
  };
});

let accepted = 0;
let refused = 0;
let next = 0;
const latencies: number[] = [];
const startedAt = performance.now();
const endsAt = startedAt + Number(milliseconds);

function sendOne(): Promise<void> {
  const message = prepared[next++];
  if (!message) throw new Error(`more than ${READY} requests: make more of them ready`);
  const sentAt = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: message.headers }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 202) accepted += 1;
        else refused += 1;
        latencies.push(performance.now() - sentAt);
        resolve();
      });
    });
    sent.once('error', reject);
    sent.end(message.body);
  });
}

await Promise.all(
  Array.from({ length: Number(connections) }, async () => {
    while (performance.now() < endsAt) await sendOne();
  }),
);
const seconds = (performance.now() - startedAt) / 1_000;
agent.destroy();
console.log(
  JSON.stringify({
    perSecond: accepted / seconds,
    refused,
    p99: latencies.sort((a, b) => a - b)[Math.floor(latencies.length * 0.99)],
  }),
);
