import { type EpochMs, MINUTE } from '@otklik/domain';
import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../provider/callProvider.ts';
import { UPLOAD_MS } from '../provider/formFile.ts';
import type { AvitoChannel } from './config.ts';

const tokenShape = z.object({ access_token: z.string().min(1), expires_in: z.number() });

/** A token lives a day. */
const tokens = new Map<string, { readonly token: string; readonly until: EpochMs }>();

/** Renews an expired or refused token. */
export async function callAvito(
  channel: AvitoChannel,
  path: string,
  body: object | FormData | null,
  signal: AbortSignal,
): Promise<unknown> {
  const call = async () =>
    callProviderJson(
      {
        provider: 'Авито',
        url: channel.apiRoot + path,
        headers: { authorization: `Bearer ${await tokenOf(channel, signal)}` },
        ...(body !== null && { body }),
        ...(body instanceof FormData && { timeoutMs: UPLOAD_MS }),
      },
      signal,
    );
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ProviderTrouble) || error.status !== 401) throw error;
    tokens.delete(keyOf(channel));
    return call();
  }
}

const keyOf = ({ clientId, clientSecret, apiRoot }: AvitoChannel): string =>
  JSON.stringify([apiRoot, clientId, clientSecret.reveal()]);

async function tokenOf(channel: AvitoChannel, signal: AbortSignal): Promise<string> {
  const known = tokens.get(keyOf(channel));
  if (known && known.until > Date.now()) return known.token;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: channel.clientId,
    client_secret: channel.clientSecret.reveal(),
  });
  const answered = await callProviderJson(
    { provider: 'Авито', url: `${channel.apiRoot}/token`, body },
    signal,
  );
  const { data } = tokenShape.safeParse(answered);
  if (!data)
    throw new ProviderTrouble(
      {
        ru: 'Авито не выдал токен: проверьте client_id и client_secret',
        en: 'Avito gave no token: check client_id and client_secret',
      },
      { status: 401 },
    );
  tokens.set(keyOf(channel), {
    token: data.access_token,
    until: Date.now() + data.expires_in * 1_000 - MINUTE,
  });
  return data.access_token;
}
