import {
  ANSWERED,
  ATTEMPTED,
  CALLED_BACK,
  CLIENT,
  MISSED,
  webhookStories,
} from '../testing/webhookStories.ts';
import { megafonPost, megafonScript } from './testing/script.ts';

const m = (fields: Readonly<Record<string, string>>) => megafonPost({ phone: CLIENT, ...fields });

const mJson = (told: object) => ({
  ...megafonPost({}),
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    phone: CLIENT,
    ...told,
    crm_token: new URLSearchParams(megafonPost({}).body).get('crm_token'),
  }),
});

const mHistory = (call: string, start: string, over: Readonly<Record<string, string>>) =>
  m({ cmd: 'history', callid: call, start: `20261123T${start.replaceAll(':', '')}Z`, ...over });

webhookStories('MegaFon', megafonScript, [
  {
    what: 'picked up, of which the history knows the second',
    posted: [
      m({ cmd: 'event', type: 'INCOMING', callid: 'c1', user: 'ivanov' }),
      m({ cmd: 'event', type: 'INCOMING', callid: 'c1', user: '101' }),
      m({ cmd: 'contact', callid: 'c1' }),
      m({ cmd: 'event', type: 'ACCEPTED', callid: 'c1', user: '101' }),
      m({ cmd: 'event', type: 'COMPLETED', callid: 'c1', user: '101' }),
      mHistory('c1', '10:00:00', { type: 'in', status: 'Success', user: '101', wait: '11', duration: '49' }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'picked up and passed on, told in JSON, with a start that says its zone',
    posted: [
      mJson({
        cmd: 'event',
        type: 'INCOMING',
        callid: 'c1',
        direction: 'in',
        user: '101',
        telnum: '79260000000',
      }),
      mJson({
        cmd: 'event',
        type: 'ACCEPTED',
        callid: 'c1',
        direction: 'in',
        user: '101',
        telnum: '79260000000',
      }),
      mJson({
        cmd: 'event',
        type: 'TRANSFERRED',
        callid: 'c1',
        second_callid: 'c2',
        direction: 'in',
        user: '101',
      }),
      mJson({
        cmd: 'history',
        callid: 'c1',
        type: 'in',
        status: 'Success',
        user: '101',
        start: '2026-11-23T10:00:00Z',
        wait: 11,
        duration: 49,
      }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'between colleagues',
    posted: [
      m({ cmd: 'event', type: 'INCOMING', callid: 'c1', phone: '102', user: '101' }),
      mHistory('c1', '10:00:00', { type: 'in', status: 'missed', phone: '102', wait: '20', duration: '0' }),
    ],
    waits: [],
  },
  {
    what: 'missed by a group, which stands where a person would',
    posted: [
      mHistory('c1', '10:00:00', {
        type: 'in',
        status: 'Success',
        user: 'g_1@acme',
        wait: '0',
        duration: '20',
      }),
    ],
    waits: MISSED,
  },
  {
    what: 'missed, and called back',
    posted: [
      mHistory('c1', '10:00:00', { type: 'in', status: 'missed', wait: '20', duration: '0' }),
      mHistory('c2', '10:01:50', { type: 'out', status: 'Success', user: '101', wait: '10', duration: '60' }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and called back by our order: OUTGOING is told once the manager has picked up',
    posted: [
      mHistory('c1', '10:00:00', { type: 'in', status: 'missed', wait: '20', duration: '0' }),
      m({ cmd: 'event', type: 'OUTGOING', callid: 'c2', user: '101', direction: 'out' }),
      m({ cmd: 'event', type: 'ACCEPTED', callid: 'c2', user: '101', direction: 'out' }),
      m({ cmd: 'event', type: 'COMPLETED', callid: 'c2', user: '101', direction: 'out' }),
      mHistory('c2', '10:01:50', { type: 'out', status: 'Success', user: '101', wait: '10', duration: '60' }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and dialled in vain; times by the exchange’s clock',
    posted: [
      m({
        cmd: 'history',
        callid: 'c1',
        start: '2026-11-23 13:00:00',
        type: 'in',
        status: 'missed',
        wait: '20',
        duration: '0',
      }),
      m({
        cmd: 'history',
        callid: 'c2',
        start: '2026-11-23 13:02:00',
        type: 'out',
        status: 'Cancel',
        user: '101',
        wait: '30',
        duration: '0',
      }),
    ],
    waits: ATTEMPTED,
  },
]);
