import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TestMailbox } from '../../packages/channels/email/testing/mailbox.ts';
import { startDovecot } from '../setup/servers/dovecot.ts';
import type { Ground } from './programs.ts';
import type { Result } from './result.ts';

const MESSAGES = 50_000;

/** Time to catch up with a mailbox of 50,000 mails, against reading its content. */
export async function mailbox({ folder }: Ground): Promise<Result> {
  const dovecot = await startDovecot(folder);
  const filled = new TestMailbox(dovecot.access);
  try {
    filled.fill(MESSAGES);
    // The first look makes the server's index.
    await run('recipes/wholeMailbox.ts', filled.imap);
    const baseline = await run('recipes/wholeMailbox.ts', filled.imap);
    const ours = await run('mailboxReader.ts', filled.imap);
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
    await dovecot.stop();
  }
}

/** The program prints `{ ms, memoryMib }` as its only line. */
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
