import type { Config } from '@otklik/config';
import { z } from 'zod';
import type { Finding, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callVk } from './api.ts';
import { sectionsRefused } from './comments.ts';
import type { VkChannel } from './config.ts';
import { deafTo } from './settings.ts';

const permissionsShape = z.looseObject({ permissions: z.array(z.looseObject({ name: z.string() })) });
const managersShape = z.looseObject({ items: z.array(z.looseObject({ id: z.number().int() })) });

/** The first is vital; the second shows settings and managers; the rest are for files. */
const RIGHTS: Readonly<Record<string, Pick<Finding, 'level' | 'said'>>> = {
  messages: {
    level: 'fault',
    said: {
      ru: 'у ключа сообщества нет права «сообщения»: переписка не видна, ответить из пинга нельзя',
      en: 'the community’s token lacks the right messages: conversations are not seen, and pings cannot be answered',
    },
  },
  manage: {
    level: 'gap',
    said: {
      ru: 'у ключа сообщества нет права «управление»: не видно, доставляет ли VK события',
      en: 'the community’s token lacks the right manage: whether VK delivers events is not seen',
    },
  },
  photos: {
    level: 'gap',
    said: {
      ru: 'у ключа сообщества нет права «фотографии»: фото из ответов на пинг не уйдут',
      en: 'the community’s token lacks the right photos: pictures in replies to pings do not go out',
    },
  },
  docs: {
    level: 'gap',
    said: {
      ru: 'у ключа сообщества нет права «документы»: файлы и голосовые из ответов на пинг не уйдут',
      en: 'the community’s token lacks the right docs: files and voice in replies to pings do not go out',
    },
  },
};

/** Reports what VK lets us see. Asks only. */
export async function checkVk(
  channel: VkChannel,
  config: Config,
  betweenCallsMs?: number,
): Promise<Finding[]> {
  const { signal } = new AbortController();
  try {
    const { data } = permissionsShape.safeParse(
      await callVk(channel, 'groups.getTokenPermissions', {}, signal),
    );
    const lacking = Object.entries(RIGHTS).filter(
      ([name]) => data && !data.permissions.some((each) => each.name === name),
    );
    return [
      fine({ ru: 'VK принимает ключ сообщества', en: 'VK takes the community’s token' }),
      ...lacking.map(([, finding]) => finding),
      ...(await delivery(channel, config, signal)),
      ...(await managers(channel, signal)),
      ...(await comments(channel, signal, betweenCallsMs)),
    ];
  } catch (error) {
    if (error instanceof ProviderTrouble) return [{ level: 'fault', said: error.said }];
    throw error;
  }
}

const fine = (said: LocalizedText): Finding => ({ level: 'fine', said });
const gap = (said: LocalizedText): Finding => ({ level: 'gap', said });

async function delivery(channel: VkChannel, config: Config, signal: AbortSignal): Promise<Finding[]> {
  const gaps = await orGap(() => deafTo(channel, config, signal));
  return gaps.length > 0
    ? gaps.map(gap)
    : [fine({ ru: 'VK сообщает обо всём, что нужно', en: 'VK tells of all that is needed' })];
}

/** A manager's own comment looks like anybody's. Managers change, a comment's side must not: so staff is configured. */
async function managers(channel: VkChannel, signal: AbortSignal): Promise<Finding[]> {
  const params = { group_id: channel.groupId, filter: 'managers' };
  try {
    const { data } = managersShape.safeParse(await callVk(channel, 'groups.getMembers', params, signal));
    const strangers = data?.items.map(({ id }) => String(id)).filter((id) => !channel.staff.includes(id));
    if (!strangers || strangers.length === 0) return [];
    const ids = strangers.join(', ');
    return [
      gap({
        ru: `руководители сообщества, которых нет в staff: ${ids}. Их комментарии с личных страниц считаются обращениями клиентов`,
        en: `managers of the community who are not in staff: ${ids}. Their comments from their own pages count as clients’`,
      }),
    ];
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
    return [
      gap({
        ru: `список руководителей не прочитать, сверьте staff сами: ${error.said.ru}`,
        en: `the managers cannot be listed, compare staff yourself: ${error.said.en}`,
      }),
    ];
  }
}

async function comments(
  channel: VkChannel,
  signal: AbortSignal,
  betweenCallsMs: number | undefined,
): Promise<Finding[]> {
  const { userToken } = channel;
  if (userToken === null)
    return [
      gap({
        ru: 'user_token не задан: комментарии, пришедшие за время простоя, не видны',
        en: 'user_token is not set: comments that came while Otklik was away are not seen',
      }),
    ];
  const refused = await orGap(() => sectionsRefused(channel, userToken, signal, betweenCallsMs));
  return refused.length > 0
    ? refused.map(gap)
    : [fine({ ru: 'с user_token комментарии читаются из списков', en: 'user_token lists comments' })];
}

async function orGap(ask: () => Promise<LocalizedText[]>): Promise<LocalizedText[]> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProviderTrouble) return [error.said];
    throw error;
  }
}
