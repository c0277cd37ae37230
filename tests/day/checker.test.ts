import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { read } from './claims.ts';
import { CLIENTS } from './company.ts';
import { plainMail } from './mails.ts';
import { type ApiWait, askedAbout, type Snapshot, untruthsOf } from './truth.ts';

const NOW = Date.parse('2026-11-30T07:04:00Z'); // 10:04:00 in Moscow
const [IVAN = '', OLGA = ''] = CLIENTS;

const wait = (said: Partial<ApiWait> = {}): ApiWait => ({
  id: '1',
  client: IVAN,
  channel: 'site',
  owner: 'anna',
  first_owner: 'anna',
  opened_at: '2026-11-30T07:00:00Z',
  breach_at: '2026-11-30T07:05:00Z',
  closed_at: null,
  outcome: null,
  answered_by: null,
  taken_by: null,
  taken_until: null,
  response_seconds: null,
  ...said,
});
const told = (...waits: ApiWait[]): Snapshot => ({
  at: NOW,
  waits: new Map(waits.map((each) => [each.client ?? '', each])),
});
const closed = { closed_at: '2026-11-30T07:02:41Z', outcome: 'answered', answered_by: 'boris' };

const CARD = `⏳ ${IVAN} ждёт ответа\nау\nЧат на сайте\nЖдёт с 10:00:00, ответить до 10:05:00`;
const wrong = (text: string, reader: string, ...waits: ApiWait[]) =>
  untruthsOf(read(text, false), reader, told(...waits));

describe('the checker of the day', () => {
  it('lets a true card stand', () => {
    assert.deepEqual(wrong(CARD, 'anna', wait()), []);
    assert.deepEqual(wrong(`${CARD}\nОтвечает Анна Петрова`, 'boris', wait()), []);
    const until = '2026-11-30T07:06:00Z';
    assert.deepEqual(
      wrong(`${CARD}\nЗа вами до 10:06:00`, 'anna', wait({ taken_by: 'anna', taken_until: until })),
      [],
    );
    assert.deepEqual(
      wrong(`✅ Отвечено за 2:41 — Boris Smith\nау\n${IVAN} · Чат на сайте`, 'anna', wait(closed)),
      [],
    );
  });

  const lies: Record<string, readonly [text: string, reader: string, said?: Partial<ApiWait>]> = {
    'a client who has an answer waits': [CARD, 'anna', closed],
    'a client who waits has an answer': [`✅ Отвечено за 2:41 — Boris Smith\n${IVAN} · Чат`, 'anna'],
    'another window': [CARD.replace('10:05:00', '10:05:01'), 'anna'],
    'another beginning': [CARD.replace('10:00:00', '10:00:01'), 'anna'],
    'the window is over': [
      `🔴 ${IVAN} ждёт ответа слишком долго\nЖдёт с 10:00:00, срок вышел в 10:05:00`,
      'anna',
    ],
    'nothing of the owner': [CARD, 'boris'],
    'another owner': [`${CARD}\nОтвечает Вера Павловна`, 'boris'],
    'somebody is on it': [`${CARD}\nЗанимается Boris Smith (до 10:06:00)`, 'anna'],
    'nobody is on it': [CARD, 'anna', { taken_by: 'boris', taken_until: '2026-11-30T07:06:00Z' }],
    'the reader is on it': [
      `${CARD}\nЗа вами до 10:06:00`,
      'anna',
      { taken_by: 'boris', taken_until: '2026-11-30T07:06:00Z' },
    ],
    'it took less': [`✅ Отвечено за 2:40 — Boris Smith\n${IVAN} · Чат`, 'anna', closed],
    'another answered': [`✅ Отвечено за 2:41 — Анна Петрова\n${IVAN} · Чат`, 'anna', closed],
    'another outcome': [`✅ Ответа не нужно — Boris Smith\n${IVAN} · Чат`, 'anna', closed],
    'a count': [`⏳ Ждут ответа: 2\n1. ⏳ ${IVAN} · Чат на сайте · ответить до 10:05:00`, 'anna'],
    'nobody waits': [`✅ Всем ответили: 1\n1. ⏳ ${IVAN} · Чат на сайте · ответить до 10:05:00`, 'anna'],
    'in English': [`⏳ ${IVAN} is waiting for an answer\nWaiting since 10:00:00, answer by 10:06:00`, 'anna'],
  };
  for (const [lie, [text, reader, said]] of Object.entries(lies))
    it(`complains: ${lie}`, () => assert.equal(wrong(text, reader, wait(said)).length, 1));

  it('counts whom a person is asked about', () => {
    const form = wait({ client: OLGA, channel: 'form', owner: 'vlad' });
    const count = (person: string, of: string[] = []) =>
      askedAbout(person, new Set(of), told(wait(), form)).length;
    assert.deepEqual(
      [count('anna'), count('vlad'), count('vera'), count('boris'), count('boris', [OLGA])],
      [1, 1, 2, 0, 1],
    );
  });

  it('reads a mail as a mail program does', () => {
    const raw = [
      'Subject: =?UTF-8?Q?=F0=9F=94=B4_=D0=98?= =?UTF-8?B?0LLQsNC9?=',
      'Content-Type: multipart/alternative; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '=D0=96=D0=B4=',
      '=D1=91=D1=82 1 =3D 1',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<b>no</b>',
      '--b--',
    ].join('\r\n');
    assert.deepEqual(plainMail(raw), { subject: '🔴 Иван', text: 'Ждёт 1 = 1' });
  });
});
