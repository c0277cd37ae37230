import { SECOND } from '@otklik/domain';
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { EmailChannel } from './config.ts';
import { accessToken } from './oauth.ts';

/** How long the connection may be silent. A half-open one is noticed within twice `socketTimeoutMs`. */
export interface ImapPace {
  readonly socketTimeoutMs: number;
}

/** No mail's text that we read is larger; an attachment is never asked for. */
const MOST_LITERAL_BYTES = 1_048_576;
const MOST_RESPONSE_BYTES = 16 * MOST_LITERAL_BYTES;

/**
 * A new connection to the mailbox; one instance is good for one connection. Never logs: the protocol is full of clients' words.
 * @throws when an access token cannot be had.
 */
export async function connectionTo(channel: EmailChannel, pace: ImapPace): Promise<ImapFlow> {
  const { imap, oauth } = channel;
  const url = new URL(imap.reveal());
  const secure = url.protocol === 'imaps:';
  const user = decodeURIComponent(url.username);
  const auth =
    oauth === null
      ? { user, pass: decodeURIComponent(url.password) }
      : { user, accessToken: await accessToken(oauth) };
  const options: ImapFlowOptions = {
    host: url.hostname,
    port: Number(url.port) || (secure ? 993 : 143),
    secure,
    auth,
    logger: false,
    disableAutoIdle: true,
    socketTimeout: pace.socketTimeoutMs,
    connectionTimeout: 20 * SECOND,
    greetingTimeout: 20 * SECOND,
    maxLiteralSize: MOST_LITERAL_BYTES,
    maxResponseSize: MOST_RESPONSE_BYTES,
    // On loopback nobody listens in; anywhere else a plain connection must be upgraded.
    ...(secure || isLoopback(url.hostname) ? {} : { doSTARTTLS: true }),
  };
  const { ImapFlow: Connection } = await import('imapflow'); // whoever has no mailbox does not load it
  return new Connection(options);
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || /^127\./.test(host) || host === '[::1]';
