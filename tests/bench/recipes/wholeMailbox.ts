// The usual recipe: connect and read all envelopes.
import { ImapFlow } from 'imapflow';

const [, , imap = ''] = process.argv;
const { hostname, port, username, password } = new URL(imap);
const began = performance.now();
const client = new ImapFlow({
  host: hostname,
  port: Number(port),
  secure: false,
  auth: { user: username, pass: password },
  logger: false,
});
await client.connect();
await client.mailboxOpen('INBOX');
const seen: unknown[] = [];
for await (const message of client.fetch('1:*', { uid: true, envelope: true, internalDate: true }))
  seen.push(message);
const ms = performance.now() - began;
console.log(JSON.stringify({ ms, memoryMib: process.resourceUsage().maxRSS / 1_024 }));
client.close();
