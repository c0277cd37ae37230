import { createConnection, type Socket } from 'node:net';

/** One AMI message: fields by lower-case name, the first of each name. */
export type AmiMessage = ReadonlyMap<string, string>;

export interface Ami {
  send(action: string, fields?: Readonly<Record<string, string>>): void;
  close(): void;
  /** Resolves with the reason when the connection ends. */
  readonly ended: Promise<string>;
}

const MOST_BUFFERED = 1_048_576;
/** Asterisk answers a ping at once, so a longer silence means a half-open connection. */
const SILENT_MS = 60_000;
const PING_EVERY_MS = 20_000;

/**
 * `Key: Value` lines; an empty line ends a message.
 * https://docs.asterisk.org/Configuration/Interfaces/Asterisk-Manager-Interface-AMI/
 */
export function connectAmi(
  { host, port }: { readonly host: string; readonly port: number },
  tell: (message: AmiMessage) => void,
): Ami {
  const socket = createConnection({ host, port });
  socket.setEncoding('utf8');
  socket.setTimeout(SILENT_MS);
  const ended = new Promise<string>((resolve) => {
    socket.once('timeout', () => {
      resolve('it is silent');
      socket.destroy();
    });
    socket.once('error', (error) => resolve(String(Reflect.get(error, 'code') ?? 'network')));
    socket.once('close', () => resolve('the connection was closed'));
  });
  readMessages(socket, tell);
  const send = (action: string, fields: Readonly<Record<string, string>> = {}): void => {
    const lines = Object.entries({ Action: action, ...fields }).map(
      ([name, value]) => `${name}: ${plain(value)}`,
    );
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  };
  const pinging = setInterval(() => send('Ping'), PING_EVERY_MS);
  socket.once('close', () => clearInterval(pinging));
  return { send, ended, close: () => socket.destroy() };
}

/** A line break in a value would start another field. */
const plain = (value: string): string => value.replaceAll(/[\r\n]/g, ' ');

function readMessages(socket: Socket, tell: (message: AmiMessage) => void): void {
  let left = '';
  socket.on('data', (chunk: string) => {
    left += chunk;
    const parts = left.split('\r\n\r\n');
    left = parts.pop() ?? '';
    if (left.length > MOST_BUFFERED) socket.destroy(new Error('a message without an end'));
    for (const part of parts) tell(messageOf(part));
  });
}

function messageOf(text: string): AmiMessage {
  const fields = new Map<string, string>();
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && !fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

/** Parses `user@host:5038`. */
export function amiAccount(account: string | null): { user: string; host: string; port: number } {
  const [user = '', place = ''] = (account ?? '').split('@');
  const [host = '127.0.0.1', port = '5038'] = place.split(':');
  return { user, host, port: Number(port) };
}

/** Seconds since 1970 with a fraction, sent with `timestampevents`. */
export function amiTime(message: AmiMessage): number | null {
  const seconds = Number(message.get('timestamp') ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.round(seconds * 1_000) : null;
}
