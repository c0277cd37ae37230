import assert from 'node:assert/strict';
import { it } from 'vitest';
import { at } from '../testing/lineWorld.ts';
import type { Api } from '../testing/listedRows.ts';
import { listStories, withList } from '../testing/listStories.ts';
import { CLIENT, LINE, MISSED } from '../testing/webhookStories.ts';
import { bitrix24Script, portalTime, statisticsOf } from './testing/script.ts';

const bitrix24List =
  (...rows: readonly object[]): Api =>
  ({ body }) =>
    statisticsOf(
      body,
      rows.map((row, index) => ({ ID: String(index + 1), CALL_START_DATE: '', ...row })),
    );

const xRow = (
  call: string,
  type: string,
  time: string,
  duration: number,
  code: string,
  over: object = {},
) => ({
  CALL_ID: call,
  CALL_TYPE: type,
  PHONE_NUMBER: CLIENT,
  PORTAL_NUMBER: LINE,
  PORTAL_USER_ID: '101',
  CALL_DURATION: String(duration),
  CALL_START_DATE: portalTime(at(time)),
  CALL_FAILED_CODE: code,
  ...over,
});

const X_MISSED = xRow('in.1', '2', '10:00:00', 20, '304');

listStories('Bitrix24', bitrix24Script, [
  {
    what: 'of more pages than one: missed, dialled in vain, rung again and answered',
    listed: bitrix24List(
      X_MISSED,
      xRow('out.1', '1', '10:01:00', 0, '603-S'),
      xRow('in.2', '3', '10:02:00', 40, '200'),
      xRow('back', '4', '10:04:00', 30, '200'),
    ),
    waits: [
      `+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:01:00 by 101`,
      `+${CLIENT} 10:02:00 answered 10:02:00 by 101`,
    ],
  },
  {
    what: 'takes neither an answering machine nor a robot for a person',
    listed: bitrix24List(
      xRow('in.1', '2', '10:00:00', 20, '200', { PORTAL_USER_ID: null }),
      xRow('out.1', '1', '10:02:00', 30, '200', { PORTAL_USER_ID: '0' }),
      xRow('out.2', '1', '10:04:00', 0, '304', { PORTAL_USER_ID: null }),
      xRow('info', '5', '10:06:00', 30, '200'),
    ),
    waits: MISSED,
  },
  {
    what: 'takes no message that a machine reads out for a client’s call',
    listed: bitrix24List(xRow('info', '5', '10:00:00', 0, '304', { PORTAL_USER_ID: null })),
    waits: [],
  },
]);

it('a talk of half an hour is found, though it began long before the look', () =>
  withList(bitrix24Script, bitrix24List(xRow('in.1', '2', '10:20:00', 38 * 60, '200')), async (fresh) => {
    const world = fresh();
    await world.look({ awayMs: 60_000 });
    assert.deepEqual(world.told(), [`+${CLIENT} 10:20:00 answered 10:20:00 by 101`]);
  }));

it('a call that was over before the look is not told again each minute', () =>
  withList(bitrix24Script, bitrix24List(xRow('in.1', '2', '10:20:00', 60, '200')), async (fresh) => {
    const world = fresh();
    await world.look({ awayMs: 60_000 });
    assert.deepEqual(world.told(), []);
  }));
