import type { EpochMs } from '@otklik/domain';
import type { Finding, LocalizedText, Memory } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import { isPolled } from './account.ts';
import { botApi } from './botApi.ts';
import { type Coverage, gapsOf, lookAtCoverage } from './coverage.ts';
import { cutOff, nameOf } from './coverageTexts.ts';
import type { Connection } from './facts.ts';
import { heldByWebhook } from './heldByWebhook.ts';

/** Reports what a bot sees. Asks only; never takes the bot from another program. */
export async function checkTelegram(
  account: TelegramAccount,
  publicUrl: string | null,
  memory: Memory,
  now: EpochMs,
): Promise<Finding[]> {
  const api = botApi(account.token.reveal(), account.apiRoot);
  const me = await api.getMe();
  if (me.outcome !== 'ok')
    return [fault({ ru: `бот не отвечает: ${me.problem}`, en: `the bot does not answer: ${me.problem}` })];
  const name = me.result.username === undefined ? me.result.first_name : `@${me.result.username}`;
  const info = await api.getWebhookInfo();
  const findings = [fine({ ru: `бот ${name} отвечает`, en: `the bot ${name} answers` })];
  const own = publicUrl !== null && account.channel !== null && `${publicUrl}/hooks/${account.channel.id}`;
  if (info.outcome === 'ok' && info.result.url !== '' && (isPolled(account) || info.result.url !== own)) {
    findings.push(fault(heldByWebhook(info.result.url)));
  }
  const coverage = await lookAtCoverage({ account, api, memory, now });
  return [
    ...findings,
    ...accounts(coverage, now, me.result.can_connect_to_business === true),
    ...groups(coverage, now),
  ];
}

const fine = (said: LocalizedText): Finding => ({ level: 'fine', said });
const gap = (said: LocalizedText): Finding => ({ level: 'gap', said });
const fault = (said: LocalizedText): Finding => ({ level: 'fault', said });

function accounts({ connections }: Coverage, now: EpochMs, canConnect: boolean): Finding[] {
  if (connections.length === 0) {
    return canConnect
      ? [
          fine({
            ru: 'аккаунты сотрудников не подключены (подключаются в Telegram: «Настройки» → «Telegram для бизнеса» → «Чат-боты»)',
            en: 'no employee’s account is connected (Telegram, Settings → Telegram Business → Chatbots)',
          }),
        ]
      : [
          fine({
            ru: 'личные аккаунты сотрудников подключить нельзя, пока в @BotFather выключен Business Mode',
            en: 'employees’ own accounts cannot be connected while Business Mode is off in @BotFather',
          }),
        ];
  }
  return connections.map((connection) => {
    if (!connection.enabled) return fault(cutOff([connection]));
    const name = nameOf(connection);
    const seen = lastSeen(connection, now);
    return fine({
      ru: `аккаунт подключён (${name}), ${seen.ru}`,
      en: `the account of ${name} is connected, ${seen.en}`,
    });
  });
}

/** Telegram does not report a chat's removal from the connection. */
function lastSeen({ seenAt }: Connection, now: EpochMs): LocalizedText {
  if (seenAt === null) return { ru: 'сообщений ещё не было', en: 'no message yet' };
  const minutes = Math.floor((now - seenAt) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60)];
  const [ru, en] =
    days > 0
      ? [`${days} дн.`, `${days} d`]
      : hours > 0
        ? [`${hours} ч`, `${hours} h`]
        : [`${minutes} мин`, `${minutes} min`];
  return { ru: `последнее сообщение ${ru} назад`, en: `last message ${en} ago` };
}

function groups(coverage: Coverage, now: EpochMs): Finding[] {
  const seen = coverage.groups.filter(({ standing }) => standing === 'sees');
  const gaps = gapsOf({ connections: [], groups: coverage.groups }, now).map(gap);
  return [
    ...seen.map(({ title }) =>
      fine({ ru: `группа «${title}»: видно всё`, en: `the group «${title}»: everything is seen` }),
    ),
    ...gaps,
  ];
}
