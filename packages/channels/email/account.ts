import { SECOND } from '@otklik/domain';
import type { ImapFlow, ImapFlowOptions } from 'imapflow';
import type { EmailChannel } from './config.ts';
import { accessToken } from './oauth.ts';

/** A half-open connection is noticed within twice `socketTimeoutMs`. */
export interface ImapPace {
  readonly socketTimeoutMs: number;
}

/** No text that we read is larger; attachments are never fetched. */
const MOST_LITERAL_BYTES = 1_048_576;
const MOST_RESPONSE_BYTES = 16 * MOST_LITERAL_BYTES;

/**
 * A mailbox connection, usable once. Never logs: the protocol carries clients' words. @throws when no access token is
 * given.
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
    // STARTTLS is required except on loopback.
    ...(secure || isLoopback(url.hostname) ? {} : { doSTARTTLS: true }),
  };
  const { ImapFlow: Connection } = await import('imapflow'); // only loaded where there is a mailbox
  return new Connection(options);
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || /^127\./.test(host) || host === '[::1]';
