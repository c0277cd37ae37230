// Sends signed events over keep-alive connections and prints how many got 202. Arguments: base URL, secret,
// connections, milliseconds. Its own process on bare sockets, with prepared requests: on two cores a heavier
// generator would be measured instead.
import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { signatureHeaders } from '@otklik/channels';

const [base = '', secret = '', connections = '64', milliseconds = '3000'] = process.argv.slice(2);
const { hostname, port } = new URL(base);
const READY = 80_000;
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
  const headers = {
    host: `${hostname}:${port}`,
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...signatureHeaders(secret, randomUUID(), body, Date.now()),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`POST /hooks/site HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
});

let next = 0;
let accepted = 0;
let refused = 0;
const startedAt = performance.now();
const endsAt = startedAt + Number(milliseconds);

/** One request at a time, until the time is up. */
function keepSending(): Promise<void> {
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  let received = '';
  const send = () => {
    const request = prepared[next++];
    if (!request) throw new Error(`more than ${READY} requests: make more of them ready`);
    socket.write(request);
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', send);
    socket.once('error', reject);
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text;
      const head = received.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(received)?.[1];
      if (head < 0 || length === undefined || received.length < head + 4 + Number(length)) return;
      if (received.startsWith('HTTP/1.1 202')) accepted += 1;
      else refused += 1;
      received = '';
      if (performance.now() < endsAt) return send();
      socket.destroy();
      resolve();
    });
  });
}

await Promise.all(Array.from({ length: Number(connections) }, keepSending));
const seconds = (performance.now() - startedAt) / 1_000;
console.log(JSON.stringify({ perSecond: accepted / seconds, refused }));
