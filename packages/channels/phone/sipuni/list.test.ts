import assert from 'node:assert/strict';
import { it } from 'vitest';
import { at } from '../testing/lineWorld.ts';
import type { Api } from '../testing/listedRows.ts';
import { listStories, withList } from '../testing/listStories.ts';
import { CALLED_BACK, CLIENT, LINE, MISSED, unix } from '../testing/webhookStories.ts';
import { sipuniCsv, sipuniPost, sipuniRow, sipuniScript } from './testing/script.ts';

const ms = (seconds: number): number => seconds * 1_000;

const sipuniList =
  (...rows: readonly (readonly string[])[]): Api =>
  () => ({ body: sipuniCsv(rows) });

const sCall = (id: string, time: string, answered: string | null, over: object = {}) => ({
  id,
  direction: 'in' as const,
  client: CLIENT,
  began: at(time),
  answered: answered === null ? null : at(answered),
  isMachine: false,
  ...over,
});

const [SECOND, BACK] = [unix('10:00:00'), unix('10:01:50')];

const s = (fields: Readonly<Record<string, string>>) =>
  sipuniPost({
    call_id: `${SECOND}.813`,
    src_num: CLIENT,
    src_type: '1',
    dst_type: '1',
    pbxdstnum: LINE,
    ...fields,
  });

listStories('Sipuni', sipuniScript, [
  {
    what: 'has a call in under the id of another channel of it: it is one call all the same',
    posted: [
      s({ event: '1', timestamp: String(SECOND + 1) }),
      s({ event: '3', dst_type: '2', short_dst_num: '101', timestamp: String(SECOND + 11) }),
    ],
    listed: sipuniList(sipuniRow(sCall(`${SECOND}.809`, '10:00:00', '10:00:11'), 49)),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`],
  },
  {
    what: 'knows who picked up, where the events do not say',
    posted: [
      s({ event: '1', timestamp: String(SECOND) }),
      s({
        event: '2',
        status: 'ANSWER',
        timestamp: String(SECOND + 60),
        call_start_timestamp: String(SECOND),
        call_answer_timestamp: String(SECOND),
      }),
    ],
    listed: sipuniList(sipuniRow(sCall(`${SECOND}.809`, '10:00:00', '10:00:11'), 49)),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`],
  },
  {
    what: 'tells what nobody posted of: missed, and called back',
    listed: sipuniList(
      sipuniRow(sCall(`${SECOND}.1`, '10:00:00', null), 0),
      sipuniRow(sCall(`${BACK}.2`, '10:01:50', '10:02:00', { direction: 'out' }), 60),
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'knows a voice menu from a colleague, and says nothing of a call that goes on or between colleagues',
    listed: sipuniList(
      sipuniRow(sCall(`${SECOND}.1`, '10:00:00', '10:00:00', { isMachine: true }), 20),
      sipuniRow(sCall(`${BACK}.2`, '10:01:50', null), 0).with(9, ''),
      sipuniRow(sCall(`${BACK}.3`, '10:01:50', null), 0).with(0, 'Внутренний'),
    ),
    waits: MISSED,
  },
  {
    what: 'goes by the exchange’s clock where the id is none of Asterisk’s',
    listed: sipuniList(sipuniRow(sCall('', '10:00:00', null), 0)),
    waits: MISSED,
  },
]);

it('the list of Sipuni is read by slices after a longer time away, and is empty on a day without calls', () => {
  const days: string[] = [];
  const api: Api = ({ body }) => {
    const form = new URLSearchParams(body);
    days.push(`${form.get('from')}–${form.get('to')}`);
    return { body: days.length === 1 ? '' : sipuniCsv([]) };
  };
  return withList(sipuniScript, api, async (fresh) => {
    const world = fresh();
    assert.equal((await world.look({ awayMs: ms(30 * 86_400) })).isRead, true);
    assert.deepEqual(days, ['16.11.2026–22.11.2026', '22.11.2026–23.11.2026']);
    assert.equal(world.waited.length, 1);
  });
});

it('Sipuni without an answer to the purpose is said to be none', () =>
  withList(
    sipuniScript,
    () => ({ body: '<html>Вход</html>' }),
    async (fresh) => {
      const { isRead, gaps } = await fresh().look();
      assert.equal(isRead, false);
      assert.match(gaps.join(), /number of the system.*meanwhile only what the webhook tells is seen/);
    },
  ));
