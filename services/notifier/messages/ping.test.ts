import assert from 'node:assert/strict';
import { keptChannel } from '@otklik/config';
import type { EpochMs, Stage } from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import { textsOf } from '@otklik/texts';
import { test } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { company, person, pingAbout, waiting } from '../testing/company.ts';
import { pingOf } from './ping.ts';

const config = company();

function told(
  wait: Partial<NamedWait>,
  said: { now?: EpochMs; to?: string; notice?: Partial<ClaimedNotice>; sentAt?: EpochMs } = {},
): string[] {
  const now = said.now ?? at('10:03:00');
  const notice = pingAbout(waiting(wait), said.notice);
  const ping = pingOf(
    { ...notice, wait: waiting(wait), firstSentAt: said.sentAt ?? now },
    person(config, said.to ?? 'anna'),
    config,
    now,
  );
  const opening = ping.opening === null ? [] : [ping.opening];
  const about = ping.subject === null ? [] : [ping.subject.title];
  return [...opening, `${ping.stage}: ${ping.title}`, `> ${ping.quote}`, ...about, ...ping.lines];
}

test('a warning says who waits, where, with what words, and until when', () => {
  assert.deepEqual(told({}), [
    'warned: Иван ждёт ответа',
    '> Есть ли доставка?',
    'Чат на сайте',
    'Ждёт с 10:00:00, ответить до 10:05:00',
  ]);
});

test('a colleague reads it in their language and time zone, and who is responsible', () => {
  assert.deepEqual(told({}, { to: 'boris' }), [
    'warned: Иван is waiting for an answer',
    '> Есть ли доставка?',
    'Чат на сайте',
    'Waiting since 15:00:00, answer by 15:05:00',
    'Анна Петрова is responsible',
  ]);
});

test('a missed call is told in other words when the warning follows what was told at once', () => {
  const call = { kind: 'call', text: null, missed_at: at('10:00:20') } as const;
  const title = (missed_told: boolean, stage: Stage) =>
    told({ ...call, missed_told }, { notice: { stage } })[0];
  assert.equal(title(true, 'waiting'), 'warned: Пропущенный звонок: Иван');
  assert.equal(title(true, 'warned'), 'warned: Ещё не перезвонили: Иван');
  assert.equal(title(false, 'warned'), 'warned: Пропущенный звонок: Иван', 'the first word of it');
});

test('a week’s share is 100 per cent only when all of it was in time', () => {
  const week = {
    waits: 500,
    answered: 500,
    median: null,
    breached: 2,
    excused: 0,
    formal: 0,
    noReply: 0,
    afterHours: 0,
  };
  const { week: said } = textsOf('ru');
  assert.match(said({ ...week, inTime: 498, judged: 500 }), /В срок: 498 из 500 \(99%\)/);
  assert.match(said({ ...week, inTime: 500, judged: 500 }), /\(100%\)/);
  assert.match(said({ ...week, inTime: 1, judged: 500 }), /\(1%\)/);
});

test('after the window it says so, and asks for an apology and thanks (S6)', () => {
  assert.deepEqual(told({}, { now: at('10:05:00') }), [
    'breached: Иван ждёт ответа слишком долго',
    '> Есть ли доставка?',
    'Чат на сайте',
    'Ждёт с 10:00:00, срок вышел в 10:05:00',
    'Извинитесь за задержку и поблагодарите за ожидание.',
  ]);
});

test('a late call-back begins with the question whether it is convenient to talk (S6)', () => {
  const lines = told({ kind: 'call', text: null }, { now: at('10:05:00') });
  assert.match(lines[0] ?? '', /^«Удобно ли сейчас говорить\?»/);
  assert.deepEqual(lines.slice(1), [
    'breached: Иван ждёт ответа слишком долго',
    '> 📞 Звонок',
    'Чат на сайте',
    'Ждёт с 10:00:00, срок вышел в 10:05:00',
  ]);
  assert.doesNotMatch(told({ kind: 'call', text: null })[0] ?? '', /Удобно/); // in time: nothing to ask pardon for
});

const reasons: { why: NamedWait['owner_why']; says: string }[] = [
  { why: 'owner_away', says: 'Анна Петрова is away, so this is yours' },
  { why: 'overloaded', says: 'Анна Петрова has too many open requests, so this is yours' },
  { why: 'on_duty', says: 'Your shift' },
  { why: 'handed_over', says: 'Handed over to you' },
];
for (const { why, says } of reasons) {
  test(`whoever has a wait in another's place reads why: ${why}`, () => {
    assert.equal(told({ owner: 'boris', owner_why: why }, { to: 'boris' }).at(-1), says);
    assert.deepEqual(told({ owner: 'anna', owner_why: 'owner' }), told({}));
  });
}

test('a farewell is suggested as needing no reply, never closed by itself', () => {
  assert.match(told({ farewell: true }).at(-1) ?? '', /^Похоже на прощание/);
});

test('a client who asks on other channels too is said to', () => {
  assert.ok(told({ also_on: ['bot'] }).includes('Пишет также: Наш бот'));
});

test('a client without a name or words is still somebody', () => {
  assert.deepEqual(told({ client_name: null, text: null }).slice(0, 2), [
    'warned: Клиент ждёт ответа',
    '> Без текста',
  ]);
});

test('it says that somebody is on it while their lease lasts', () => {
  const taken = { taken_by: 'boris', taken_until: at('10:05:30') };
  assert.ok(told(taken).includes('Занимается Boris Smith (до 10:05:30)'));
  assert.ok(!told(taken, { now: at('10:05:30') }).some((line) => line.startsWith('Занимается')));
});

const late = [
  ['outage', 'Напоминание опоздало на 1:05: «Отклик» не работал.'],
  [
    'backlog',
    'Напоминание опоздало на 1:05: события из каналов записывались с задержкой, ответ мог быть среди них.',
  ],
  ['slept', 'Напоминание опоздало на 1:05: компьютер с «Откликом» спал.'],
  ['policy', 'Напоминание опоздало на 1:05: по новым правилам срок уже прошёл.'],
  ['delivery', 'Напоминание опоздало на 1:05: канал поздно доставил обращение.'],
  ['overload', 'Напоминание опоздало на 1:05: система была перегружена.'],
  ['transport', 'Напоминание опоздало на 1:05: мессенджер не принимал сообщения.'],
] as const;
for (const [reason, line] of late) {
  test(`it says how late it is and why: ${reason} (law 9)`, () => {
    const notice = { late_reason: reason };
    assert.ok(told({}, { now: at('10:04:30'), sentAt: at('10:04:05'), notice }).includes(line));
  });
}

test('a ping in time says so too when an answer may be on its way (law 7)', () => {
  const lines = told({}, { sentAt: at('10:03:00.100'), notice: { late_reason: 'backlog' } });
  assert.ok(lines.includes('События из каналов ещё не все записаны: возможно, клиенту уже ответили.'));
});

test('less than a second is not late', () => {
  const lines = told({}, { sentAt: at('10:03:00.900'), notice: { late_reason: 'outage' } });
  assert.ok(!lines.some((line) => line.startsWith('Напоминание опоздало')));
});

test('what the channel delivered late is not held against anybody (law 5)', () => {
  assert.ok(
    told({ late_delivered: 120 }).includes(
      'Канал доставил обращение с опозданием на 2:00: это не ваша задержка.',
    ),
  );
});

test('outside working hours it says so', () =>
  assert.ok(told({ after_hours: true }).includes('Нерабочее время')));

const ends: { wait: Partial<NamedWait>; ru: string; en: string }[] = [
  {
    wait: { outcome: 'answered', answered_by: 'anna' },
    ru: 'Отвечено за 2:41 — Анна Петрова',
    en: 'Answered in 2:41 — Анна Петрова',
  },
  {
    wait: { outcome: 'answered', answered_by: 'unknown' },
    ru: 'Отвечено за 2:41 — сотрудник',
    en: 'Answered in 2:41 — somebody',
  },
  {
    wait: { outcome: 'attempted', answered_by: 'anna' },
    ru: 'Перезвонили через 2:41, не дозвонились — Анна Петрова',
    en: 'Called back after 2:41, not reached — Анна Петрова',
  },
  {
    wait: { outcome: 'self_served', answered_by: null },
    ru: 'Клиент дозвонился сам через 2:41',
    en: 'The client got through after 2:41',
  },
  {
    wait: { outcome: 'no_reply_needed', answered_by: 'anna' },
    ru: 'Ответа не нужно — Анна Петрова',
    en: 'No reply needed — Анна Петрова',
  },
  { wait: { outcome: 'withdrawn' }, ru: 'Клиент удалил сообщение', en: 'The client deleted the message' },
];
for (const { wait, ru, en } of ends) {
  test(`when the wait is over it says how: ${ru}`, () => {
    const closed = { ...wait, closed_at: at('10:02:41') };
    assert.deepEqual(told(closed), [`closed: ${ru}`, '> Есть ли доставка?', 'Иван · Чат на сайте']);
    assert.equal(told(closed, { to: 'boris' })[0], `closed: ${en}`);
  });
}

test('an answer after the window says by how much', () => {
  const lines = told({ outcome: 'answered', answered_by: 'anna', closed_at: at('10:06:30') });
  assert.equal(lines.at(-1), 'На 1:30 позже срока');
});

test('a missed call is named so, by the number to call back where there is no name', () => {
  const missed = { kind: 'call', text: null, thread: '+79160000001', missed_at: at('10:00:20') } as const;
  assert.equal(told(missed, { now: at('10:00:20') })[0], 'warned: Пропущенный звонок: Иван');
  assert.equal(
    told({ ...missed, client_name: null }, { now: at('10:00:20') })[0],
    'warned: Пропущенный звонок: +79160000001',
  );
  assert.match(told(missed, { now: at('10:05:00') })[1] ?? '', /ждёт ответа слишком долго/);
});

test('what the conversation is about is a line of its own, before and after the answer', () => {
  const subject = { title: 'Диван угловой, 25 000 ₽', link: 'https://www.avito.ru/items/1' };
  assert.deepEqual(told({ subject }).slice(1, 4), [
    '> Есть ли доставка?',
    'О чём: Диван угловой, 25 000 ₽',
    'Чат на сайте',
  ]);
  assert.equal(told({ subject }, { to: 'boris' })[2], 'About: Диван угловой, 25 000 ₽');
  const closed = { closed_at: at('10:02:41'), outcome: 'answered', answered_by: 'anna' } as const;
  assert.equal(told({ subject, ...closed })[2], 'О чём: Диван угловой, 25 000 ₽');
});

test('of a channel that is gone it says that answers there are not seen; of one that only this process does not know it does not', () => {
  const full = company();
  const site = full.channels.get('site');
  assert.ok(site);
  const linesWhen = (goneSince: EpochMs | null) => {
    const gone = {
      ...full,
      channels: new Map(),
      gone: new Map([['site', { ...keptChannel(site), goneSince }]]),
    };
    const wait = waiting();
    const told = { ...pingAbout(wait), wait, firstSentAt: at('10:03:00') };
    return pingOf(told, person(full, 'anna'), gone, at('10:03:00')).lines;
  };
  const place = ['Чат на сайте', 'Ждёт с 10:00:00, ответить до 10:05:00'];
  assert.deepEqual(linesWhen(at('09:00:00')), [
    ...place,
    'Канал убран из настроек: ответов там больше не видно. Ответили — нажмите «Ответа не нужно».',
  ]);
  assert.deepEqual(linesWhen(null), place);
});
