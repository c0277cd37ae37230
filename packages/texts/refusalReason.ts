import type { LocalizedText, PersonalTransport } from '@otklik/domain';

type Known = readonly [says: RegExp, reason: LocalizedText];

/** Descriptions of the Bot API: https://core.telegram.org/api/errors */
const TELEGRAM: readonly Known[] = [
  [/bot was (blocked|kicked)/i, { ru: 'бот заблокирован', en: 'the bot is blocked' }],
  [/deactivated/i, { ru: 'аккаунт Telegram удалён', en: 'the Telegram account is deleted' }],
  [
    /chat not found|user not found|_id_invalid|chat_id is empty|can't initiate conversation/i,
    { ru: 'боту ещё не писали', en: 'nobody has written to the bot from that account' },
  ],
  [
    /no telegram account/i,
    { ru: 'аккаунт Telegram больше не указан', en: 'no Telegram account is set any more' },
  ],
  [/\b(401|404)\b/, { ru: 'токен неверен или отозван', en: 'the token is wrong or revoked' }],
  [/\b429\b|wants a pause/i, { ru: 'Telegram просит подождать', en: 'Telegram wants a pause' }],
  [/no answer|a proxy\?|\b5\d\d\b/i, { ru: 'Telegram не отвечает', en: 'Telegram does not answer' }],
];

/** Enhanced status codes (RFC 3463), and the words of Postfix, Exim, Exchange and large providers. */
const EMAIL: readonly Known[] = [
  [
    /^invalid login|authenticat|\b5(30|34|35)\b/i,
    { ru: 'логин или пароль не подошёл', en: 'login or password refused' },
  ],
  [
    /\b5\.1\.[78]\b|sender (address )?(rejected|verif|not)|not owned by|send ?as ?denied|invalid sender|\b(dmarc|spf|dkim)\b|^mail command failed/i,
    { ru: 'отправитель не принят', en: 'the sender is refused' },
  ],
  [/\brelay/i, { ru: 'сервер не пересылает нашу почту', en: 'the server relays nothing for us' }],
  [/\b5\.2\.2\b|quota|mailbox (is )?full/i, { ru: 'ящик переполнен', en: 'the mailbox is full' }],
  [/\b5\.2\.1\b|disabled|suspended/i, { ru: 'ящик отключён', en: 'the mailbox is disabled' }],
  [
    /\b5\.1\.[0-6]\b|user unknown|unknown user|no such (user|mailbox)|does(n't| not) exist/i,
    { ru: 'такого ящика нет', en: 'there is no such mailbox' },
  ],
  [/no mail address/i, { ru: 'адрес почты не указан', en: 'no mail address is set' }],
  [/no longer configured/i, { ru: 'почта больше не настроена', en: 'mail is not configured any more' }],
  [/certificate|self.signed/i, { ru: 'сертификат сервера не принят', en: 'the certificate is not trusted' }],
  [
    /E(CONN\w+|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|PIPE)|timeout|timed out|greeting never|closed unexpectedly/i,
    { ru: 'почтовый сервер не отвечает', en: 'the mail server does not answer' },
  ],
];

/**
 * Why a message did not get through, in the reader's language. The provider's own words are for the log. null: not
 * known.
 */
export function refusalReason(transport: PersonalTransport, problem: string): LocalizedText | null {
  const known = transport === 'telegram' ? TELEGRAM : EMAIL;
  const reason = known.find(([says]) => says.test(problem))?.[1];
  if (reason) return reason;
  const code = /(?<![\d.])[45]\d\d(?![\d.])/.exec(problem)?.[0];
  if (code === undefined) return null;
  return transport === 'telegram'
    ? { ru: `Telegram ответил отказом (${code})`, en: `Telegram refused it (${code})` }
    : { ru: `почтовый сервер ответил отказом (${code})`, en: `the mail server refused it (${code})` };
}
