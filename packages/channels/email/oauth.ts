import { SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { EmailOAuth } from './config.ts';

const answerShape = z.object({ access_token: z.string().min(1) });

/**
 * Gets an access token for XOAUTH2 (RFC 6749, 6), at each connection: tokens live an hour. @throws with advice, never
 * with a secret.
 */
export async function accessToken({
  tokenUrl,
  clientId,
  clientSecret,
  refreshToken,
}: EmailOAuth): Promise<string> {
  const answer = await fetch(tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      client_secret: clientSecret.reveal(),
      refresh_token: refreshToken.reveal(),
    }),
    signal: AbortSignal.timeout(20 * SECOND),
  });
  const { data } = answerShape.safeParse(await answer.json().catch(() => null));
  if (data !== undefined) return data.access_token;
  if (answer.status >= 500 || answer.status === 429)
    throw new Error(`the token service is busy (HTTP ${answer.status})`);
  throw new TokenRefused(answer.status);
}

/** Consent withdrawn, or another application. */
export class TokenRefused extends Error {
  constructor(status: number) {
    super(`no access token was given (HTTP ${status})`);
  }
}
