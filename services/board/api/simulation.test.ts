import assert from 'node:assert/strict';
import { MINUTE } from '@otklik/domain';
import { recordEvents } from '@otklik/store';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message } from '../../../packages/store/testing/waits.ts';
import { ADMIN, type Answer, type TestBoard, testBoard } from '../testing/testBoard.ts';

const ASKED = Date.now() - 60 * MINUTE;
const CLIENT = { id: 'u7', name: 'Иван Тайный', email: null };

describe('a policy tried out on the board', () => {
  let board: TestBoard;
  beforeAll(async () => {
    board = await testBoard();
    for (const [channel, minutes] of [
      ['site', 7],
      ['site', 1],
      ['line', 20],
    ] as const) {
      const place = { channel, thread: `${channel}-${minutes}` };
      const talk = [
        message('client', ASKED, { ...place, author: { ...CLIENT, phone: `+7999000000${minutes % 10}` } }),
        message('employee', ASKED + minutes * MINUTE, place),
      ];
      await recordEvents(board.store, talk, board.rules, ASKED + minutes * MINUTE);
    }
  });
  afterAll(() => board[Symbol.asyncDispose]());

  const SPAN = {
    from: new Date(ASKED - MINUTE).toISOString(),
    to: new Date(ASKED + MINUTE).toISOString(),
  };
  const simulate = (policy: string, more: object = {}, token = ADMIN): Promise<Answer> =>
    board.ask(token, 'POST', '/policy/simulate', { policy, ...SPAN, ...more });

  it('is told beside the record and today’s policy, and names no client', async () => {
    const { status, body } = await simulate('breach: 10m');
    assert.equal(status, 200);
    const { recorded, current, proposed } = body;
    assert.deepEqual(
      [recorded, current, proposed].map(({ waits, breaches }) => [waits, breaches]),
      [
        [3, 2],
        [3, 2],
        [3, 1],
      ],
    );
    assert.deepEqual([body.from, body.to], [SPAN.from, SPAN.to]);
    assert.deepEqual(proposed.channels, [
      { channel: 'site', waits: 2, breaches: 0, within_breach: 1 },
      { channel: 'line', waits: 1, breaches: 1, within_breach: 0 },
    ]);
    assert.deepEqual(
      current.people.map(({ person, name }: Answer) => [person, name]),
      recorded.people.map(({ person, name }: Answer) => [person, name]),
    );
    assert.doesNotMatch(JSON.stringify(body), /Иван|7999|u7|Здравствуйте/);
  });

  it('shows a head their own channels; owners and ops nothing', async () => {
    const as = (role: 'head' | 'owner' | 'ops', person: string | null) =>
      board.tokenOf({ role, person, name: null }).then((token) => simulate('breach: 10m', {}, token));
    const { body } = await as('head', 'vera');
    assert.deepEqual(
      body.recorded.channels.map(({ channel }: Answer) => channel),
      [...board.rules.channels].filter(([, { head }]) => head === 'vera').map(([id]) => id),
    );
    const none = await as('head', 'gleb');
    assert.deepEqual([none.status, none.body.recorded.waits, none.body.recorded.channels], [200, 0, []]);
    assert.deepEqual([(await as('owner', 'anna')).status, (await as('ops', null)).status], [403, 403]);
  });

  it('is refused with the place of each fault', async () => {
    const { status, type, body } = await simulate('warn: 3m\nbreech: 5m\n');
    assert.equal(status, 400);
    assert.match(type, /^application\/problem\+json/);
    const [fault] = body.errors;
    assert.deepEqual([fault.line, fault.column], [2, 1]);
    assert.match(fault.message, /unknown key "breech"/);
    assert.match(fault.remedy, /Did you mean breach/);
    assert.equal(fault.detail, `${fault.message}. ${fault.remedy}`);
  });

  it('takes nothing from the environment or from files', async () => {
    const { status, body } = await simulate('warn: env:SITE_SECRET\n');
    assert.equal(status, 400);
    assert.match(body.errors[0].message, /is not a duration/);
  });

  it('is refused for a time that is backwards or longer than a year', async () => {
    const year = new Date(ASKED - 400 * 24 * 60 * MINUTE).toISOString();
    for (const time of [{ from: SPAN.to }, { from: year }, { from: 'soon' }])
      assert.equal((await simulate('breach: 10m', time)).status, 400);
  });
});
