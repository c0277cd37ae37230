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
      serializers: { err: whatBroke },
    },
    output,
  );
}

/** What of an error's own fields helps whoever mends it. Libraries hang whole connections on theirs, and rows of tables. */
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

/** An error as it stands in a line of the log. */
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
