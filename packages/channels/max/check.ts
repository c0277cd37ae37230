import type { Config } from '@otklik/config';
import { z } from 'zod';
import type { Finding, LocalizedText } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { callMax } from './api.ts';
import type { MaxChannel } from './config.ts';
import { heldBy, NO_ADDRESS, readSubscription } from './subscription.ts';

const botShape = z.looseObject({
  first_name: z.string().optional(),
  username: z.string().nullish(),
});
const membershipShape = z.looseObject({ permissions: z.array(z.string()).nullish() });

const fine = (said: LocalizedText): Finding => ({ level: 'fine', said });
const gap = (said: LocalizedText): Finding => ({ level: 'gap', said });
const fault = (said: LocalizedText): Finding => ({ level: 'fault', said });

/** Reports what the bot sees. Asks only. */
export async function checkMax(channel: MaxChannel, config: Config): Promise<Finding[]> {
  const { signal } = new AbortController();
  try {
    const { data: bot } = botShape.safeParse(await callMax(channel, '/me', null, signal));
    const name = bot?.username ?? bot?.first_name ?? '?';
    const findings = [fine({ ru: `бот ${name} отвечает`, en: `the bot ${name} answers` })];
    findings.push(...(await delivery(channel, config, signal)));
    for (const chat of channel.chats) findings.push(await chatFinding(channel, chat, signal));
    return findings;
  } catch (error) {
    if (error instanceof ProviderTrouble) return [fault(error.said)];
    throw error;
  }
}

async function delivery(channel: MaxChannel, config: Config, signal: AbortSignal): Promise<Finding[]> {
  if (channel.secret !== null && config.publicUrl === null) return [fault(NO_ADDRESS)];
  const { url, lacking, others } = await readSubscription(channel, config, signal);
  if (channel.secret === null) {
    const holders = lacking === null ? others : [...others, url];
    return holders.length === 0
      ? [fine({ ru: 'события читаются по запросу', en: 'updates are fetched' })]
      : [fault(heldBy(holders))];
  }
  if (lacking === null)
    return [
      gap({
        ru: `бот ещё не подписан на ${url}: Otklik подпишет его при запуске`,
        en: `the bot does not post to ${url} yet: Otklik subscribes it at the start`,
      }),
    ];
  return lacking.length === 0
    ? [fine({ ru: `MAX присылает события на ${url}`, en: `MAX posts to ${url}` })]
    : [
        gap({
          ru: `MAX не присылает ${lacking.join(', ')}: Otklik подпишет бота при запуске`,
          en: `MAX does not post ${lacking.join(', ')}: Otklik subscribes the bot at the start`,
        }),
      ];
}

async function chatFinding(channel: MaxChannel, chat: string, signal: AbortSignal): Promise<Finding> {
  try {
    const path = `/chats/${encodeURIComponent(chat)}/members/me`;
    const { data } = membershipShape.safeParse(await callMax(channel, path, null, signal));
    return data?.permissions?.includes('read_all_messages')
      ? fine({ ru: `${chat}: видно всё`, en: `${chat}: everything is seen` })
      : gap({
          ru: `${chat}: бот не администратор с правом читать все сообщения, и ни чужих сообщений, ни комментариев не видно`,
          en: `${chat}: the bot is no administrator with the right to read all messages, and sees neither messages nor comments`,
        });
  } catch (error) {
    if (!(error instanceof ProviderTrouble) || error.status === 401 || error.status === null) throw error;
    return gap({
      ru: `${chat}: MAX не пускает туда бота (HTTP ${error.status})`,
      en: `${chat}: MAX does not let the bot in (HTTP ${error.status})`,
    });
  }
}
