import { z } from 'zod';
import { callProviderJson, ProviderTrouble } from '../../provider/callProvider.ts';

const authShape = z.object({ data: z.object({ key_id: z.string(), key: z.string() }) });

export const NOT_LET_IN = {
  ru: 'OnlinePBX не пускает в API: проверьте token (ключ API) и account (домен)',
  en: 'OnlinePBX does not let us into its API: check token (the key of the API) and account (the domain)',
};

/** The API's address and auth header. */
export async function onlinepbxSession(
  account: string,
  token: string,
  apiRoot: string | null,
  signal: AbortSignal,
  timeoutMs?: number,
): Promise<{ root: string; headers: Readonly<Record<string, string>> }> {
  const root = `${apiRoot ?? 'https://api2.onlinepbx.ru'}/${account}`;
  const { data } = authShape.safeParse(
    await callProviderJson(
      {
        provider: 'OnlinePBX',
        url: `${root}/auth.json`,
        body: new URLSearchParams({ auth_key: token }),
        ...(timeoutMs !== undefined && { timeoutMs }),
      },
      signal,
    ),
  );
  if (!data) throw new ProviderTrouble(NOT_LET_IN);
  return { root, headers: { 'x-pbx-authentication': `${data.data.key_id}:${data.data.key}` } };
}
