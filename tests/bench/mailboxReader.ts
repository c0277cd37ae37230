// Reads a mailbox to its end as the ingest service does; prints time and memory.
import { listenMailbox } from '../../packages/channels/email/listen.ts';
import { emailChannelOf } from '../../packages/channels/email/testing/mails.ts';
import { TestWorld } from '../../packages/channels/testing/testWorld.ts';

const [, , imap = ''] = process.argv;
const world = new TestWorld();
const began = performance.now();
const caughtUp = new Promise<number>((resolve) => {
  world.report = (state) => {
    if (state.caughtUp) resolve(performance.now() - began);
  };
});
const channel = emailChannelOf({ imap: { reveal: () => imap } });
const privacy = { text: 'full', keepText: 0, keepEvents: 0 } as const;
const listener = listenMailbox({ channel, people: new Set(), privacy }, world);
const ms = await caughtUp;
console.log(JSON.stringify({ ms, memoryMib: process.resourceUsage().maxRSS / 1_024 }));
listener.stop();
await listener.done;
