import type { Api } from '../testing/listedRows.ts';
import { listStories } from '../testing/listStories.ts';
import { CALLED_BACK, CLIENT, LINE, MISSED } from '../testing/webhookStories.ts';
import { megafonPost, megafonScript } from './testing/script.ts';

const megafonList =
  (...rows: readonly object[]): Api =>
  () => ({ body: JSON.stringify(rows) });

const mRow = (over: object) => ({
  uid: 'c1',
  type: 'in',
  status: 'success',
  client: CLIENT,
  user: '101',
  diversion: LINE,
  start: '2026-11-23T10:00:00Z',
  wait: 11,
  duration: 49,
  ...over,
});

const m = (fields: Readonly<Record<string, string>>) =>
  megafonPost({ callid: 'c1', phone: CLIENT, ...fields });

listStories('MegaFon', megafonScript, [
  {
    what: 'is the history that is posted: one call, by its callid',
    posted: [
      m({ cmd: 'event', type: 'INCOMING', direction: 'in', user: '101' }),
      m({ cmd: 'event', type: 'ACCEPTED', direction: 'in', user: '101' }),
      m({
        cmd: 'history',
        type: 'in',
        status: 'Success',
        user: '101',
        start: '20261123T100000Z',
        wait: '11',
        duration: '49',
      }),
    ],
    listed: megafonList(mRow({})),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`],
  },
  {
    what: 'tells what nobody posted of; a group that stands for a person has talked to nobody',
    listed: megafonList(
      mRow({ status: 'missed', user: 'g_1@acme.megapbx.ru', wait: 20, duration: 0 }),
      mRow({ uid: 'c2', type: 'out', start: '20261123T100150Z', wait: '10', duration: '60' }),
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'knows a voice menu from a colleague',
    listed: megafonList(mRow({ user: undefined, wait: 0, duration: 20 })),
    waits: MISSED,
  },
]);
