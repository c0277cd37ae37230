import assert from 'node:assert/strict';
import { test } from 'vitest';
import type { Author, Event, Side } from './event.ts';
import { foldPolicyOf, type Rules, whoDid } from './rules.ts';
import { CHANNEL, people, policy } from './testing/company.ts';
import { STRICT, story } from './testing/story.ts';

const anna = people().get('anna');
assert.ok(anna);

const company = (unknown: boolean): Rules => ({
  channels: new Map([
    [
      'site',
      {
        ...CHANNEL,
        accounts: new Map([
          ['anna', ['101', '77aa']],
          ['vera', ['anna']],
        ]),
        name: 'Чат',
        policy: policy({ crossChannel: false, countsAsAnswer: { ...STRICT, unknown } }),
      },
    ],
  ]),
  people: new Map([
    ...people({}, 'UTC', ['vera', 'boris']),
    ['anna', { ...anna, telegram: 100001, email: 'anna@example.ru' }],
  ]),
  calendar: null,
});

const NOBODY: Author = { id: null, name: null, phone: null, email: null };

function answer(side: Side, author: Partial<Author>, channel = 'site'): Event {
  const [event] = story(`10:00:00 ${channel}/7 ${side} message m1`);
  assert.ok(event);
  return { ...event, author: { ...NOBODY, ...author } };
}

const authors: { rule: string; by: Event; unknown?: boolean; who: string }[] = [
  { rule: 'a person is known by our id', by: answer('employee', { id: 'boris' }, 'gone'), who: 'boris' },
  {
    rule: 'a person is known by the Telegram id',
    by: answer('employee', { id: '100001', name: 'Аня' }),
    who: 'anna',
  },
  {
    rule: 'a person is known by the mail address, however it is written',
    by: answer('employee', { email: 'Anna@Example.RU' }),
    who: 'anna',
  },
  {
    rule: 'an employee whom we do not know keeps the name that the channel gives',
    by: answer('employee', { id: '77', name: 'Глеб' }),
    who: 'Глеб',
  },
  { rule: 'an employee without a name keeps the id', by: answer('employee', { id: '77' }), who: '77' },
  {
    rule: 'a person is known by the account that the channel has of them, whatever name it gives',
    by: answer('employee', { id: '77aa', name: 'Менеджер 3' }),
    who: 'anna',
  },
  {
    rule: 'a human whom the channel does not call an employee is known by the account all the same',
    by: answer('unknown', { id: '101' }),
    who: 'anna',
  },
  {
    rule: 'the account on the channel says more than an id that is the same by chance',
    by: answer('employee', { id: 'anna' }),
    who: 'vera',
  },
  {
    rule: 'an account is compared whole',
    by: answer('employee', { id: '1011' }),
    who: '1011',
  },
  {
    rule: 'an account holds on its own channel only',
    by: answer('employee', { id: '101' }, 'gone'),
    who: '101',
  },
  {
    rule: 'a client who bears the number of one of ours is not taken for them',
    by: answer('client', { id: '101' }),
    who: 'unknown',
  },
  {
    rule: 'a machine under the account of one of ours is a machine',
    by: answer('bot', { id: '101' }),
    who: 'bot',
  },
  { rule: 'a machine is a machine', by: answer('bot', { name: 'Автоответ' }), who: 'bot' },
  {
    rule: 'a human whom the channel does not name is unknown (law 3)',
    by: answer('unknown', { name: 'Сообщество' }),
    who: 'unknown',
  },
  {
    rule: 'an unknown human is credited to the owner where the channel says so',
    by: answer('unknown', {}),
    unknown: true,
    who: 'anna',
  },
  {
    rule: 'what bears the client is credited to nobody by the client’s name',
    by: answer('client', { id: '55', name: 'Иван' }),
    who: 'unknown',
  },
  {
    rule: 'a client whose id is that of one of ours is not taken for them',
    by: answer('client', { id: 'anna' }),
    who: 'unknown',
  },
  {
    rule: 'a machine under the name of one of ours is a machine',
    by: answer('bot', { id: 'anna' }),
    who: 'bot',
  },
  {
    rule: 'the word null is nobody’s Telegram id',
    by: answer('employee', { id: 'null', name: 'Глеб' }),
    who: 'Глеб',
  },
  {
    rule: 'an unknown human on a channel that is no longer configured stays unknown',
    by: answer('unknown', {}, 'gone'),
    unknown: true,
    who: 'unknown',
  },
];
for (const { rule, by, unknown, who } of authors) {
  test(rule, () => assert.equal(whoDid(by, company(unknown ?? false)), who));
}

test('each channel folds by its own policy, one that is no longer configured by the strictest', () => {
  const fold = foldPolicyOf(company(true));
  assert.equal(fold.crossChannel('site'), false);
  assert.equal(fold.rulesOf('site').unknown, true);
  assert.equal(fold.crossChannel('gone'), true);
  assert.deepEqual(fold.rulesOf('gone'), STRICT);
});
