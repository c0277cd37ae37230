import { SECOND } from '@otklik/domain';
import { createTransport, type Transporter } from 'nodemailer';
import { isLoopback } from './account.ts';
import type { EmailChannel } from './config.ts';
import { accessToken } from './oauth.ts';

/**
 * Logs in by password, or by access token if only the mailbox has OAuth. Passwords never travel in plain. @throws
 * when no access token is given.
 */
export async function transportOf({ oauth }: EmailChannel, smtp: string): Promise<Transporter> {
  const url = new URL(smtp);
  const secure = url.protocol === 'smtps:';
  const user = decodeURIComponent(url.username);
  const pass = decodeURIComponent(url.password);
  const byToken =
    oauth === null || pass !== '' || user === ''
      ? null
      : { type: 'OAuth2' as const, user, accessToken: await accessToken(oauth) };
  return createTransport({
    host: url.hostname,
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    requireTLS: !secure && !isLoopback(url.hostname),
    ...(user === '' ? {} : { auth: byToken ?? { user, pass } }),
    connectionTimeout: 20 * SECOND,
    greetingTimeout: 20 * SECOND,
    socketTimeout: 40 * SECOND,
  });
}
