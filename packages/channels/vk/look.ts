import type { Config, VkChannel } from '@otklik/config';
import type { Event } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerWorld, Said } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import type { Look } from '../provider/reconcile.ts';
import { callVk } from './api.ts';
import { eventOfMessage } from './normalise.ts';

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
const serversShape = z.looseObject({
  items: z.array(z.looseObject({ url: z.string(), status: z.string() })),
});

/** One look: whether VK still posts to us, and every conversation that changed. Comments cannot be listed with a community's token. */
export function lookAtVk(channel: VkChannel, config: Config, { now }: Pick<ListenerWorld, 'now'>): Look {
  return async ({ from }, signal) => {
    const gaps = [
      COMMENTS_LOST,
      ...(channel.secret === null ? [] : await serverGaps(channel, config, signal)),
    ];
    const events: Event[] = [];
    for (const peer of await changedPeers(channel, from, signal))
      events.push(...(await messagesSince(channel, peer, from, config, now(), signal)));
    return { events, gaps };
  };
}

const COMMENTS_LOST: Said = {
  ru: 'комментарии, пришедшие, пока Otklik не работал или VK не смог их доставить, не видны: с ключом сообщества VK их не перечисляет',
  en: 'comments that came while Otklik was away or VK could not deliver them are not seen: VK does not list them with a community’s token',
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
    if (recent.length < data.items.length || data.items.length < PAGE) return events;
  }
}

/** VK stops posting to a server that failed, and says so only to whoever asks. */
async function serverGaps(channel: VkChannel, { publicUrl }: Config, signal: AbortSignal): Promise<Said[]> {
  const { data } = serversShape.safeParse(
    await callVk(channel, 'groups.getCallbackServers', { group_id: channel.groupId }, signal),
  );
  const ours = data?.items.find(({ url }) => url.replace(/\/+$/, '').endsWith(`/hooks/${channel.id}`));
  if (ours?.status === 'ok' || ours?.status === 'wait') return [];
  const address = `${publicUrl?.replace(/\/+$/, '') ?? 'https://…'}/hooks/${channel.id}`;
  return [
    ours === undefined
      ? {
          ru: `в Callback API сообщества нет адреса ${address}: Управление → Работа с API → Callback API`,
          en: `the community’s Callback API lacks the address ${address}: Manage → API usage → Callback API`,
        }
      : {
          ru: `VK не доставляет события на ${address} (${ours.status}): нажмите «Подтвердить» в настройках Callback API`,
          en: `VK does not deliver events to ${address} (${ours.status}): press “Confirm” in the settings of the Callback API`,
        },
  ];
}

const NO_LIST: Said = {
  ru: 'VK ответил на запрос диалогов не так, как описано в его документации',
  en: 'VK answered the request for conversations in a way that its documentation does not have',
};
