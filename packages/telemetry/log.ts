import { type Logger, pino } from 'pino';

export type Log = Logger;

/**
 * Structured lines on standard error; standard output is for people. Never pass a client's words or a secret; fields
 * that might carry one are removed all the same.
 */
export function createLog(level: string = process.env.LOG_LEVEL ?? 'info'): Log {
  const output = pino.destination({ fd: 2, sync: true });
  output.on('error', () => undefined); // the terminal may be gone
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
      serializers: { err: whatBroke },
    },
    output,
  );
}

/** The useful fields of an error. Libraries also attach whole connections, and rows of tables. */
const TELLING = [
  'code',
  'syscall',
  'address',
  'port',
  'statusCode',
  'table',
  'constraint',
  'aggregateErrors',
];

/** An error as it is logged. */
export function whatBroke(error: Error): object {
  const told = pino.stdSerializers.err(error);
  const { type, message, stack } = told;
  return {
    type,
    message,
    stack,
    ...Object.fromEntries(Object.entries(told).filter(([name]) => TELLING.includes(name))),
  };
}
