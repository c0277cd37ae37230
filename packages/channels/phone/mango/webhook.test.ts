import {
  ANSWERED,
  ATTEMPTED,
  CALLED_BACK,
  CLIENT,
  LINE,
  MISSED,
  unix,
  webhookStories,
} from '../testing/webhookStories.ts';
import { mangoEvent, mangoScript } from './testing/script.ts';
import { mangoSummary } from './testing/summary.ts';

const mangoLeg = (entry: string, seq: number, state: string, time: string, over: object = {}) =>
  mangoEvent('/events/call', {
    entry_id: entry,
    call_id: `${entry}-1`,
    timestamp: unix(time),
    seq,
    call_state: state,
    location: 'abonent',
    from: { number: CLIENT },
    to: { extension: '101', line_number: LINE },
    ...over,
  });

const OUT = { call_direction: 2, from: { extension: '101' }, to: { number: CLIENT } };

// `commands/callback`, as in «Инициирование исходящего вызова»: the first leg has the client as caller, 101 as
// callee.
const ORDERED = { command_id: 'call-1', call_id: '100:500:251' };

const mangoOwn = (state: string, time: string, over: object = {}) =>
  mangoLeg('e2', 1, state, time, {
    ...ORDERED,
    from: { number: CLIENT },
    to: { extension: '101', number: 'sip:101@acme.mangosip.ru' },
    ...over,
  });

const mangoPutThrough = (state: string, time: string) =>
  mangoLeg('e2', 1, state, time, {
    command_id: 'call-1',
    call_id: '100:500:258',
    from: { extension: '101', number: 'sip:101@acme.mangosip.ru', taken_from_call_id: '100:500:251' },
    to: { number: CLIENT },
  });

const missedByMango = mangoSummary('e1', '10:00:00', null, '10:00:20', { to: {} });

webhookStories('Mango Office', mangoScript, [
  {
    what: 'picked up',
    posted: [
      mangoLeg('e1', 1, 'Appeared', '10:00:00'),
      mangoLeg('e1', 2, 'Connected', '10:00:11'),
      mangoLeg('e1', 3, 'OnHold', '10:00:20'),
      mangoLeg('e1', 4, 'Connected', '10:00:30'),
      mangoLeg('e1', 5, 'Disconnected', '10:01:00'),
      mangoSummary('e1', '10:00:00', '10:00:11', '10:01:00'),
    ],
    waits: ANSWERED,
  },
  {
    what: 'missed, and called back',
    posted: [
      mangoLeg('e1', 1, 'Appeared', '10:00:00'),
      mangoSummary('e1', '10:00:00', null, '10:00:20'),
      mangoSummary('e2', '10:01:50', '10:02:00', '10:03:00', OUT),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed at night, of which only the summary tells, and dialled in vain',
    posted: [
      mangoSummary('e1', '10:00:00', null, '10:00:20', { to: {} }),
      mangoSummary('e2', '10:02:00', null, '10:02:30', OUT),
    ],
    waits: ATTEMPTED,
  },
  {
    what: 'hung up in the voice menu, which the summary calls a success',
    posted: [
      mangoLeg('e1', 1, 'Connected', '10:00:00', {
        location: 'ivr',
        to: { number: LINE, line_number: LINE },
      }),
      mangoSummary('e1', '10:00:00', null, '10:00:20', { entry_result: 1, to: {} }),
    ],
    waits: MISSED,
  },
  {
    what: 'passed on to another colleague',
    posted: [
      mangoLeg('e1', 1, 'Appeared', '10:00:00'),
      mangoLeg('e1', 2, 'Connected', '10:00:11'),
      mangoLeg('e1', 1, 'Connected', '10:00:40', {
        call_id: 'e1-2',
        transfer: 'consultative',
        to: { extension: '102', line_number: LINE },
      }),
      mangoSummary('e1', '10:00:00', '10:00:11', '10:01:00'),
    ],
    waits: ANSWERED,
  },
  {
    what: 'picked up, with extensions as numbers, and the client’s empty',
    posted: [
      mangoLeg('e1', 1, 'Connected', '10:00:02', {
        location: 'ivr.2',
        from: { extension: '', number: CLIENT },
        to: { extension: 100, line_number: LINE },
      }),
      mangoLeg('e1', 1, 'Connected', '10:00:11', {
        from: { extension: '', number: CLIENT },
        to: { extension: 101, line_number: LINE },
      }),
      mangoSummary('e1', '10:00:00', '10:00:11', '10:01:00', {
        from: { extension: null, number: CLIENT },
        to: { extension: 101 },
      }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'between colleagues',
    posted: [mangoLeg('e1', 1, 'Appeared', '10:00:00', { from: { extension: '102' } })],
    waits: [],
  },
  {
    what: 'called back by our order: our own telephone rings, then the client picks up',
    posted: [
      missedByMango,
      mangoOwn('Appeared', '10:01:30'),
      mangoOwn('Connected', '10:01:40'),
      mangoOwn('Disconnected', '10:01:41', { seq: '3', disconnect_reason: '1000' }),
      mangoPutThrough('Appeared', '10:01:50'),
      mangoPutThrough('Connected', '10:02:00'),
      mangoSummary('e2', '10:01:30', '10:02:00', '10:03:00', OUT),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'called back by our order in vain',
    posted: [
      missedByMango,
      mangoOwn('Appeared', '10:01:50'),
      mangoOwn('Connected', '10:01:55'),
      mangoOwn('Disconnected', '10:02:00', { disconnect_reason: 1000 }),
      mangoPutThrough('Appeared', '10:02:00'),
      mangoSummary('e2', '10:01:50', null, '10:02:30', OUT),
    ],
    waits: ATTEMPTED,
  },
  {
    what: 'called back by our order, and our own telephone is not picked up: the client goes on waiting',
    posted: [
      missedByMango,
      mangoOwn('Appeared', '10:01:50'),
      mangoOwn('Disconnected', '10:02:20', { disconnect_reason: 1121 }),
      mangoSummary('e2', '10:01:50', null, '10:02:20', OUT),
    ],
    waits: MISSED,
  },
  {
    what: 'ordered for a client who does not wait: that our own telephone rings is nobody’s turn',
    posted: [mangoOwn('Appeared', '10:01:50'), mangoOwn('Connected', '10:01:55')],
    waits: [],
  },
  {
    what: 'from a hidden number',
    posted: [mangoSummary('e1', '10:00:00', null, '10:00:20', { from: {} })],
    waits: ['hidden:e1 10:00:00 missed 10:00:20 waits'],
  },
]);
