import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Dovecot } from '../../packages/channels/testing/dovecot.ts';
import type { Result } from './result.ts';

const MESSAGES = 50_000;

/** How long it takes until a mailbox of 50,000 mails is read up to now, against reading what is in it. */
export async function mailbox(): Promise<Result> {
  const dovecot = await Dovecot.start();
  try {
    dovecot.fill(MESSAGES);
    // The server makes its index at the first look: that is nobody's merit.
    await run('recipes/wholeMailbox.ts', dovecot.imap);
    const baseline = await run('recipes/wholeMailbox.ts', dovecot.imap);
    const ours = await run('mailboxReader.ts', dovecot.imap);
    return {
      name: 'mailbox',
      unit: 'ms until caught up',
      ratio: baseline.ms / ours.ms,
      ours: ours.ms,
      baseline: baseline.ms,
      messages: MESSAGES,
      memory_mib: ours.memoryMib,
      baseline_memory_mib: baseline.memoryMib,
    };
  } finally {
    await dovecot.close();
  }
}

/** Prints `{ ms, memoryMib }` as its only line. */
async function run(program: string, imap: string): Promise<{ ms: number; memoryMib: number }> {
  const file = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, [file, imap], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
  return JSON.parse(printed) as { ms: number; memoryMib: number };
}
