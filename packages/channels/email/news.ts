import { pause } from '@otklik/timing';
import type { ImapFlow } from 'imapflow';
import { connectionTo } from './account.ts';
import type { EmailChannel } from './config.ts';
import { type MailPace, reconnectAfterMs } from './pace.ts';

/** The server notifies by IDLE (RFC 2177). Some announce it and refuse it. */
export interface Telling {
  tells: boolean;
}

export const tellingOf = (client: ImapFlow): Telling => ({ tells: client.capabilities.has('IDLE') });

/** Waits for a notification, other news, the next look or the end. @throws when the connection breaks. */
export async function untilNews(
  client: ImapFlow,
  telling: Telling,
  pace: Pick<MailPace, 'lookEveryMs' | 'askEveryMs'>,
  { ended, news }: { readonly ended: AbortSignal; readonly news: AbortSignal },
): Promise<void> {
  const woken = new AbortController();
  const wake = () => woken.abort();
  const over = AbortSignal.any([woken.signal, news, ended]);
  client.once('exists', wake);
  const waiting = told(client, telling, pace, over).catch(wake);
  await pause(pace.lookEveryMs, over);
  client.off('exists', wake);
  wake();
  if (ended.aborted) return;
  // A command ends IDLE; no answer means a dead connection.
  await client.noop();
  await waiting;
}

async function told(
  client: ImapFlow,
  telling: Telling,
  { askEveryMs }: Pick<MailPace, 'askEveryMs'>,
  over: AbortSignal,
): Promise<void> {
  // The library returns false on refusal.
  if (telling.tells && (await client.idle()) !== false) return;
  telling.tells = false;
  while (!over.aborted) {
    await pause(askEveryMs, over);
    if (!over.aborted) await client.noop();
  }
}

export interface Watch {
  readonly channel: EmailChannel;
  readonly pace: MailPace;
  readonly now: () => number;
  readonly path: string;
  /** The last known UID. */
  readonly known: () => number;
  readonly tell: () => void;
  readonly signal: AbortSignal;
}

/**
 * Watches one more folder on its own connection, as IDLE covers only the open one. A hint: the next look finds the
 * same. Never rejects.
 */
export async function watchFolder(watch: Watch): Promise<void> {
  const { pace, now, signal } = watch;
  let failures = 0;
  while (!signal.aborted) {
    const began = now();
    try {
      await watchOnce(watch, () => {
        failures = 0;
      });
    } catch {
      failures += 1;
      await pause(reconnectAfterMs(pace, failures, now() - began), signal);
    }
  }
}

/** @throws when the connection breaks. */
async function watchOnce(
  { channel, pace, path, known, tell, signal }: Watch,
  succeeded: () => void,
): Promise<void> {
  const client = await connectionTo(channel, pace);
  const ended = new AbortController();
  client.on('error', () => ended.abort());
  client.on('close', () => ended.abort());
  const stop = () => client.close();
  signal.addEventListener('abort', stop, { once: true });
  try {
    await client.connect();
    const telling = tellingOf(client);
    let seen = 0;
    client.on('exists', tell);
    while (!signal.aborted) {
      // Earlier arrivals are not notified.
      const { uidNext } = await client.mailboxOpen(path, { readOnly: true });
      if (uidNext > Math.max(seen, known() + 1)) tell();
      seen = uidNext;
      succeeded();
      const over = AbortSignal.any([signal, ended.signal]);
      await untilNews(client, telling, pace, { ended: over, news: over });
      if (ended.signal.aborted) throw new Error('the connection was closed');
    }
  } finally {
    signal.removeEventListener('abort', stop);
    client.close();
  }
}
