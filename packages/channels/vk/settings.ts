import type { Config } from '@otklik/config';
import { z } from 'zod';
import type { LocalizedText } from '../channel.ts';
import { bareUrl } from '../provider/bareUrl.ts';
import { callVk, VkTrouble } from './api.ts';
import type { VkChannel } from './config.ts';

/** Required events by VK's setting name. */
const NEEDED: Readonly<Record<string, LocalizedText>> = {
  message_new: { ru: 'входящее сообщение', en: 'incoming message' },
  message_reply: { ru: 'исходящее сообщение', en: 'outgoing message' },
  message_event: {
    ru: 'действие с сообщением (нажатие кнопки)',
    en: 'action with a message (a button is pressed)',
  },
  wall_reply_new: { ru: 'комментарий на стене', en: 'comment on the wall' },
  board_post_new: { ru: 'комментарий в обсуждении', en: 'comment in a discussion' },
  photo_comment_new: { ru: 'комментарий к фото', en: 'comment on a photo' },
  video_comment_new: { ru: 'комментарий к видео', en: 'comment on a video' },
  market_comment_new: { ru: 'комментарий к товару', en: 'comment on a product' },
  market_order_new: { ru: 'новый заказ', en: 'new order' },
  lead_forms_new: { ru: 'заявка из формы', en: 'lead form' },
};

const serversShape = z.looseObject({
  items: z.array(z.looseObject({ id: z.number(), url: z.string(), status: z.string() })),
});
const settingsShape = z.looseObject({
  is_enabled: z.boolean().optional(),
  events: z.record(z.string(), z.union([z.number(), z.boolean()]).transform(Number)).optional(),
});

/** What VK does not tell us, with reasons. VK stops posting to a failing server and says so only when asked. */
export async function deafTo(
  channel: VkChannel,
  config: Config,
  signal: AbortSignal,
): Promise<LocalizedText[]> {
  return channel.secret === null ? deafLongPoll(channel, signal) : deafServer(channel, config, signal);
}

async function deafServer(
  channel: VkChannel,
  { publicUrl }: Config,
  signal: AbortSignal,
): Promise<LocalizedText[]> {
  const { data } = serversShape.safeParse(
    await callVk(channel, 'groups.getCallbackServers', { group_id: channel.groupId }, signal),
  );
  const ours = data?.items.find(({ url }) => bareUrl(url).endsWith(`/hooks/${channel.id}`));
  const address = `${publicUrl === null ? 'https://…' : bareUrl(publicUrl)}/hooks/${channel.id}`;
  if (ours === undefined)
    return [
      {
        ru: `в Callback API сообщества нет адреса ${address}: Управление → Работа с API → Callback API`,
        en: `the community’s Callback API lacks the address ${address}: Manage → API usage → Callback API`,
      },
    ];
  if (ours.status !== 'ok' && ours.status !== 'wait')
    return [
      {
        ru: `VK не доставляет события на ${address} (${ours.status}): нажмите «Подтвердить» в настройках Callback API`,
        en: `VK does not deliver events to ${address} (${ours.status}): press “Confirm” in the settings of the Callback API`,
      },
    ];
  const params = { group_id: channel.groupId, server_id: ours.id };
  return switchedOff(await settings(channel, 'groups.getCallbackSettings', params, signal), {
    ru: 'Callback API → Типы событий',
    en: 'Callback API → Event types',
  });
}

async function deafLongPoll(channel: VkChannel, signal: AbortSignal): Promise<LocalizedText[]> {
  const params = { group_id: channel.groupId };
  const read = await settings(channel, 'groups.getLongPollSettings', params, signal);
  return read?.is_enabled === false
    ? [
        {
          ru: 'Long Poll API в сообществе выключен, и сообщения видны раз в минуту: Управление → Работа с API → Long Poll API → Включено',
          en: 'the community’s Long Poll API is off, and messages are seen once a minute: Manage → API usage → Long Poll API → Enabled',
        },
      ]
    : switchedOff(read, { ru: 'Long Poll API → Типы событий', en: 'Long Poll API → Event types' });
}

/** null: nothing is known to be off. */
async function settings(
  channel: VkChannel,
  method: string,
  params: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<z.output<typeof settingsShape> | null> {
  try {
    return settingsShape.safeParse(await callVk(channel, method, params, signal)).data ?? null;
  } catch (error) {
    if (error instanceof VkTrouble && error.isFinal) return null;
    throw error;
  }
}

function switchedOff(read: z.output<typeof settingsShape> | null, where: LocalizedText): LocalizedText[] {
  return Object.entries(NEEDED).flatMap(([name, what]) =>
    read?.events?.[name] === 0
      ? [
          {
            ru: `VK не сообщает об этом: ${what.ru} (${name}). Включите: ${where.ru}`,
            en: `VK does not tell of this: ${what.en} (${name}). Switch it on: ${where.en}`,
          },
        ]
      : [],
  );
}
