import type { makeCacheableSignalKeyStore } from '@whiskeysockets/baileys';

type Logger = NonNullable<Parameters<typeof makeCacheableSignalKeyStore>[1]>;

const nothing = (): void => {};

/** The library logs stanzas, numbers and keys: nothing may be written. */
export const QUIET: Logger = {
  level: 'silent',
  child: () => QUIET,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

/** libsignal writes these past the logger, some with private keys. */
const LEAKS = [
  'Closing session:',
  'Opening session:',
  'Removing old closed session:',
  'Session already',
  'Migrating session to:',
  'V1 session storage migration error',
  'Decrypted message with closed session.',
  'Closing open session in favor of incoming prekey bundle',
  'Failed to decrypt message with any known session...',
  'Session error:',
  'WARNING: Expected pubkey of length 33',
  'Unhandled bucket type',
];

let isDone = false;

/** Keeps keys off the console. Once per process. */
export function muteLibsignal(): void {
  if (isDone) return;
  isDone = true;
  for (const level of ['info', 'warn', 'error'] as const) {
    const write = console[level].bind(console);
    console[level] = (...words: unknown[]) => {
      const [first] = words;
      if (typeof first === 'string' && LEAKS.some((leak) => first.startsWith(leak))) return;
      write(...words);
    };
  }
}
