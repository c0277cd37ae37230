import assert from 'node:assert/strict';
import { it } from 'vitest';
import type { Api } from '../testing/listedRows.ts';
import { listStories, withList } from '../testing/listStories.ts';
import { CALLED_BACK, CLIENT, LINE } from '../testing/webhookStories.ts';
import { zadarmaPost, zadarmaScript } from './testing/script.ts';

const zadarmaList =
  (incoming: readonly object[], outgoing: readonly object[] = []): Api =>
  ({ url }) => {
    const all = url.searchParams.get('call_type') === 'in' ? incoming : outgoing;
    const [skip, limit] = ['skip', 'limit'].map((name) => Number(url.searchParams.get(name)));
    const stats = all.slice(skip, (skip ?? 0) + (limit ?? 0));
    return { body: JSON.stringify({ status: 'success', stats }) };
  };

const zRow = (time: string, over: object) => ({
  sip: '101',
  callstart: `2026-11-23 ${time}`,
  clid: `"Пётр" <+${CLIENT}>`,
  destination: LINE,
  disposition: 'no answer',
  seconds: 20,
  pbx_call_id: 'in_1',
  ...over,
});

const zStart = zadarmaPost(
  {
    event: 'NOTIFY_START',
    pbx_call_id: 'in_1',
    call_start: '2026-11-23 13:00:00',
    caller_id: CLIENT,
    called_did: LINE,
  },
  ['caller_id', 'called_did', 'call_start'],
);

const zAnswer = zadarmaPost(
  {
    event: 'NOTIFY_ANSWER',
    pbx_call_id: 'in_1',
    call_start: '2026-11-23 13:00:00',
    caller_id: CLIENT,
    destination: '102',
    internal: '102',
  },
  ['caller_id', 'destination', 'call_start'],
);

listStories('Zadarma', zadarmaScript, [
  {
    what: 'has the first telephone while the second is talked on: it is no missed call',
    posted: [zStart, zAnswer],
    listed: zadarmaList([zRow('13:00:00', {})]),
    waits: [`+${CLIENT} 10:00:00 answered 11:00:00 by 102`],
  },
  {
    what: 'tells calls in and out, with the exchange’s number before an extension, and takes no menu’s choice for one',
    listed: zadarmaList(
      [zRow('13:00:00', { sip: LINE, destination: '1', disposition: 'answered' })],
      [
        zRow('13:02:00', {
          sip: '101',
          clid: '101',
          destination: CLIENT,
          disposition: 'answered',
          pbx_call_id: 'out_1',
        }),
      ],
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'names the telephone that was picked up by either of its two fields',
    listed: zadarmaList([
      zRow('13:00:00', {}),
      zRow('13:00:20', { sip: LINE, destination: '12345-102', disposition: 'answered' }),
    ]),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:20 by 12345-102`.replace('12345-', '')],
  },
]);

it('the list of Zadarma is read page by page, and not faster than three questions a minute', () =>
  withList(
    zadarmaScript,
    zadarmaList([
      ...Array.from({ length: 2_000 }, (_, index) => zRow('12:59:00', { pbx_call_id: `in_${index + 2}` })),
      zRow('13:00:00', { clid: '79160000002' }),
    ]),
    async (fresh) => {
      const world = fresh();
      await world.look();
      assert.equal(world.told().length, 2);
      assert.deepEqual(world.waited, [21_000, 21_000]);
    },
  ));
