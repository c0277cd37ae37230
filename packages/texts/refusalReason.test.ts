import assert from 'node:assert/strict';
import type { PersonalTransport } from '@otklik/domain';
import { describe, it } from 'vitest';
import { refusalReason } from './refusalReason.ts';

const cases: readonly (readonly [PersonalTransport, problem: string, ru: string | null])[] = [
  ['telegram', 'sendMessage: 403 Forbidden: bot was blocked by the user', 'бот заблокирован'],
  ['telegram', 'Forbidden: bot was blocked by the user', 'бот заблокирован'],
  ['telegram', 'sendMessage: 403 Forbidden: user is deactivated', 'аккаунт Telegram удалён'],
  ['telegram', 'sendMessage: 400 Bad Request: chat not found', 'боту ещё не писали'],
  [
    'telegram',
    "sendMessage: 403 Forbidden: bot can't initiate conversation with a user",
    'боту ещё не писали',
  ],
  ['telegram', 'getMe: 401 Unauthorized', 'токен неверен или отозван'],
  ['telegram', 'getMe: 404 Not Found', 'токен неверен или отозван'],
  ['telegram', 'the recipient has no Telegram account any more', 'аккаунт Telegram больше не указан'],
  ['telegram', 'sendMessage: no answer (ECONNREFUSED)', 'Telegram не отвечает'],
  ['telegram', 'sendMessage: no answer within 10 s', 'Telegram не отвечает'],
  ['telegram', 'sendMessage: 502 Bad Gateway', 'Telegram не отвечает'],
  ['telegram', 'sendMessage: 429 Too Many Requests: retry after 5', 'Telegram просит подождать'],
  ['telegram', 'sendMessage: 400 Bad Request: message is too long', 'Telegram ответил отказом (400)'],
  ['email', 'Invalid login: 535 5.7.8 Error: authentication failed', 'логин или пароль не подошёл'],
  [
    'email',
    "Can't send mail - all recipients were rejected: 550 5.1.1 <a@example.ru>: Recipient address rejected: User unknown",
    'такого ящика нет',
  ],
  [
    'email',
    "Can't send mail - all recipients were rejected: 553 Sender address rejected: not owned by user otklik@example.ru",
    'отправитель не принят',
  ],
  [
    'email',
    "Can't send mail - all recipients were rejected: 554 5.7.1 Relay access denied",
    'сервер не пересылает нашу почту',
  ],
  ['email', "Can't send mail - all recipients were rejected: 552 5.2.2 Mailbox full", 'ящик переполнен'],
  ['email', 'connect ECONNREFUSED 127.0.0.1:25', 'почтовый сервер не отвечает'],
  ['email', 'Greeting never received', 'почтовый сервер не отвечает'],
  ['email', 'no mail address', 'адрес почты не указан'],
  ['email', 'Message failed: 554 5.6.0 too long', 'почтовый сервер ответил отказом (554)'],
  ['email', 'something odd', null],
];

describe('why a message does not get through', () => {
  for (const [transport, problem, ru] of cases)
    it(`by ${transport}: ${problem}`, () => {
      const reason = refusalReason(transport, problem);
      assert.equal(reason?.ru ?? null, ru);
      assert.doesNotMatch(reason?.en ?? '', /[а-я]/i);
    });
});
