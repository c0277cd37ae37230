import type { LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callGraph } from '../provider/metaGraph.ts';
import type { MetaChannel } from './config.ts';

/** Rejects with Meta's reason. */
export async function askMeta(
  channel: MetaChannel,
  path: string,
  body: object | null,
  signal: AbortSignal,
): Promise<unknown> {
  const asked = await callGraph(channel, path, body, signal);
  if (asked.outcome === 'ok') return asked.result;
  if (asked.subcode !== null && WINDOW_CLOSED.has(asked.subcode))
    throw new ProviderTrouble(CLOSED, { status: 400 });
  if (asked.subcode === UNAVAILABLE) throw new ProviderTrouble(GONE, { status: 400 });
  const isToken = asked.code === 190 || asked.code === 10 || asked.code === 200;
  throw new ProviderTrouble(
    isToken
      ? {
          ru: `Meta не принимает токен: ${asked.problem}. Выпустите новый токен страницы`,
          en: `Meta does not take the token: ${asked.problem}. Make a new page token`,
        }
      : { ru: `Meta отказала: ${asked.problem}`, en: `Meta refused: ${asked.problem}` },
    { afterMs: asked.afterMs, status: isToken ? 403 : asked.outcome === 'retry' ? 429 : 400 },
  );
}

/** 24 hours since the client wrote, or they are unreachable: both come as a missing right. */
const WINDOW_CLOSED = new Set([2018278, 2534022]);
const UNAVAILABLE = 1545041;

/**
 * Instagram's inbox belongs to its page, or to itself with its own token (`graph.instagram.com`): `me` is the
 * token's. https://developers.facebook.com/docs/messenger-platform/conversations
 */
export const inboxOf = ({ platform, accountId }: MetaChannel): string =>
  platform === 'instagram' ? 'me' : accountId;

const CLOSED: LocalizedText = {
  ru: 'клиент писал больше суток назад, и Meta уже не даёт ответить отсюда: ответьте в самом приложении',
  en: 'the client wrote more than 24 hours ago, and Meta lets nobody answer from here then: answer in the app itself',
};
const GONE: LocalizedText = {
  ru: 'этому человеку Meta писать не даёт: он закрыл переписку или удалил аккаунт',
  en: 'Meta lets nobody write to this person: they closed the conversation or their account',
};
