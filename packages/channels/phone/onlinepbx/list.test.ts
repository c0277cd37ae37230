import assert from 'node:assert/strict';
import { it } from 'vitest';
import type { Api } from '../testing/listedRows.ts';
import { listStories, withList } from '../testing/listStories.ts';
import { CLIENT, LINE, MISSED, unix } from '../testing/webhookStories.ts';
import { onlinepbxScript } from './testing/script.ts';

const ms = (seconds: number): number => seconds * 1_000;

const onlinepbxList =
  (rows: readonly object[], spans: [number, number][] = []): Api =>
  ({ url, body }) => {
    if (url.pathname.endsWith('auth.json')) return { body: '{"data":{"key_id":"id","key":"k"}}' };
    const form = new URLSearchParams(body);
    const span = [Number(form.get('start_stamp_from')), Number(form.get('start_stamp_to'))] as [
      number,
      number,
    ];
    if (span[1] - span[0] > 7 * 86_400) return { status: 400, body: '{}' };
    spans.push(span);
    return { body: JSON.stringify({ data: rows }) };
  };

const oRow = (over: object) => ({
  uuid: 'u1',
  caller_id_number: CLIENT,
  destination_number: LINE,
  start_stamp: unix('10:00:00'),
  end_stamp: unix('10:01:00'),
  user_talk_time: 0,
  accountcode: 'inbound',
  hangup_cause: 'NORMAL_CLEARING',
  ...over,
});

listStories('OnlinePBX', onlinepbxScript, [
  {
    what: 'knows a talk with somebody of a group, of which it has no extension',
    listed: onlinepbxList([oRow({ user_talk_time: 49 })]),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11`],
  },
  {
    what: 'knows a menu that nobody was reached through',
    listed: onlinepbxList([oRow({ end_stamp: unix('10:00:20') })]),
    waits: MISSED,
  },
]);

it('the list of OnlinePBX is read by slices of seven days after a longer time away', () => {
  const spans: [number, number][] = [];
  return withList(onlinepbxScript, onlinepbxList([], spans), async (fresh) => {
    assert.equal((await fresh().look({ awayMs: ms(30 * 86_400) })).isRead, true);
    assert.ok(spans.length === 2 && spans[0]?.[1] === spans[1]?.[0], JSON.stringify(spans));
  });
});
