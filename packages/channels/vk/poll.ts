import type { Config } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { Poll } from '../provider/reconcile.ts';
import { callVk } from './api.ts';
import { commentsReader } from './comments.ts';
import type { VkChannel } from './config.ts';
import { eventOfMessage } from './normalise.ts';
import { deafTo } from './settings.ts';

const PAGE = 200;

const dated = z.looseObject({ date: z.number() });
const conversationsShape = z.looseObject({
  items: z.array(
    z.looseObject({
      conversation: z.looseObject({ peer: z.looseObject({ id: z.number() }) }),
      last_message: dated,
    }),
  ),
});
const historyShape = z.looseObject({ items: z.array(dated) });

/** The state of Long Poll, the channel's other reader. */
export interface LongPollNews {
  trouble: LocalizedText | null;
}

/** Settings, changed conversations and, with a person's token, comments. */
export function pollVk(
  channel: VkChannel,
  config: Config,
  deps: Pick<ListenerDeps, 'now'> & { readonly betweenCallsMs?: number },
  longPoll: LongPollNews = { trouble: null },
): Poll {
  const readComments = commentsReader(channel, config, deps);
  return async ({ from }, signal) => {
    const events: Event[] = [];
    for (const peer of await changedPeers(channel, from, signal))
      events.push(...(await messagesSince(channel, peer, from, config, deps.now(), signal)));
    const comments =
      channel.userToken === null
        ? { events: [], gaps: [COMMENTS_LOST] }
        : await readComments(channel.userToken, from, signal);
    const deaf = await deafTo(channel, config, signal);
    const gaps = [...deaf, ...(longPoll.trouble === null ? [] : [longPoll.trouble]), ...comments.gaps];
    return { events: [...events, ...comments.events], gaps };
  };
}

const COMMENTS_LOST: LocalizedText = {
  ru: 'комментарии, пришедшие, пока Otklik не работал или VK не смог их доставить, не видны: с ключом сообщества VK их не перечисляет. Задайте user_token',
  en: 'comments that came while Otklik was away or VK could not deliver them are not seen: VK does not list them with a community’s token. Set user_token',
};

async function changedPeers(channel: VkChannel, from: number, signal: AbortSignal): Promise<number[]> {
  const peers: number[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const params = { group_id: channel.groupId, filter: 'all', count: PAGE, offset };
    const { data } = conversationsShape.safeParse(
      await callVk(channel, 'messages.getConversations', params, signal),
    );
    if (!data) throw new ProviderTrouble(NO_LIST);
    const changed = data.items.filter(({ last_message }) => last_message.date * 1_000 >= from);
    peers.push(...changed.map(({ conversation }) => conversation.peer.id));
    if (changed.length < data.items.length || data.items.length < PAGE) return peers;
  }
}

async function messagesSince(
  channel: VkChannel,
  peer: number,
  from: number,
  { privacy }: Config,
  receivedAt: number,
  signal: AbortSignal,
): Promise<Event[]> {
  const events: Event[] = [];
  for (let offset = 0; ; offset += PAGE) {
    const params = { group_id: channel.groupId, peer_id: peer, count: PAGE, offset };
    const { data } = historyShape.safeParse(await callVk(channel, 'messages.getHistory', params, signal));
    if (!data) throw new ProviderTrouble(NO_LIST);
    const recent = data.items.filter(({ date }) => date * 1_000 >= from);
    events.push(...recent.flatMap((each) => eventOfMessage(each, channel, privacy, receivedAt) ?? []));
    if (recent.length < data.items.length || data.items.length < PAGE) return events.reverse();
  }
}

const NO_LIST: LocalizedText = {
  ru: 'VK ответил на запрос диалогов не так, как описано в его документации',
  en: 'VK answered the request for conversations in a way that its documentation does not have',
};
