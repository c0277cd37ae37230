import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured lines on standard error; standard output is for people. Never pass a client's words or a secret: what
 * might carry one by accident is cut out here all the same.
 */
export function createLog(level: string = process.env.LOG_LEVEL ?? 'info'): Log {
  const output = pino.destination({ fd: 2, sync: true });
  output.on('error', () => undefined); // the terminal may be gone before we are
  return pino(
    {
      level,
      redact: {
        paths: [
          'text',
          '*.text',
          'token',
          '*.token',
          'secret',
          '*.secret',
          'authorization',
          '*.authorization',
        ],
        censor: '***',
      },
      base: null,
    },
    output,
  );
}
