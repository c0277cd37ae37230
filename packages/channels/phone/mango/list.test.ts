import type { Api } from '../testing/listedRows.ts';
import { listStories } from '../testing/listStories.ts';
import { CALLED_BACK, CLIENT, LINE, MISSED, unix } from '../testing/webhookStories.ts';
import { mangoEvent, mangoScript } from './testing/script.ts';

const mangoList =
  (...rows: readonly (readonly (string | number)[])[]): Api =>
  ({ url }) =>
    url.pathname.endsWith('request')
      ? { body: '{"key":"k"}' }
      : { body: rows.map((cells) => cells.join(';')).join('\n') };

/** start, finish, answer, from_extension, from_number, to_extension, to_number, disconnect_reason, entry_id, line_number, location */
const mangoIn = (entry: string, to: string, times: [string, string, string?], location = 'abonent') => [
  unix(times[0]),
  unix(times[1]),
  times[2] === undefined ? 0 : unix(times[2]),
  '',
  CLIENT,
  to,
  `sip:${to}@acme.mangosip.ru`,
  1110,
  entry,
  LINE,
  location,
];

const mangoLeg = (seq: number, state: string, time: string, extension: string) =>
  mangoEvent('/events/call', {
    entry_id: 'e1',
    call_id: `leg-${extension}`,
    timestamp: unix(time),
    seq,
    call_state: state,
    location: 'abonent',
    from: { number: CLIENT },
    to: { extension, line_number: LINE },
  });

// A call-back that we ordered: 101 rings first, told as a call from the client. See webhook.test.ts.
const mangoOrdered = (call_id: string, state: string, time: string, over: object) =>
  mangoEvent('/events/call', {
    entry_id: 'e2',
    call_id,
    timestamp: unix(time),
    seq: 1,
    call_state: state,
    command_id: 'order-1',
    ...over,
  });

const mangoOwn = (state: string, time: string, disconnect_reason?: number) =>
  mangoOrdered('own', state, time, {
    from: { number: CLIENT },
    to: { extension: '101' },
    disconnect_reason,
  });

const mangoPutThrough = (state: string, time: string) =>
  mangoOrdered('client', state, time, {
    from: { extension: '101', taken_from_call_id: 'own' },
    to: { number: CLIENT },
  });

const mangoOver = (answer: string | null, end: string) =>
  mangoEvent('/events/summary', {
    entry_id: 'e2',
    call_direction: 2,
    from: { extension: '101' },
    to: { number: CLIENT },
    create_time: unix('10:01:40'),
    talk_time: answer === null ? 0 : unix(answer),
    end_time: unix(end),
    disconnect_reason: 1110,
  });

const mangoRow = (from: string, to: string, times: [string, string, string?], reason: number) => [
  unix(times[0]),
  unix(times[1]),
  times[2] === undefined ? 0 : unix(times[2]),
  from,
  from === '' ? CLIENT : '',
  to,
  to === '' ? CLIENT : '',
  reason,
  'e2',
  LINE,
  'abonent',
];

const MISSED_BEFORE = mangoIn('e1', '102', ['10:00:00', '10:00:20']);

const OWN_PICKED_UP = mangoRow('', '101', ['10:01:40', '10:01:46', '10:01:45'], 1000);

const PUT_THROUGH = [
  mangoOwn('Appeared', '10:01:40'),
  mangoOwn('Connected', '10:01:45'),
  mangoOwn('Disconnected', '10:01:46', 1000),
  mangoPutThrough('Appeared', '10:01:46'),
];

listStories('Mango Office', mangoScript, [
  {
    what: 'has our own telephone that nobody picked up for a call to a client who does not wait: nobody’s turn',
    posted: [mangoOwn('Appeared', '10:01:40'), mangoOwn('Disconnected', '10:02:10', 1121)],
    listed: mangoList(mangoRow('', '101', ['10:01:40', '10:02:10'], 1121)),
    waits: [],
  },
  {
    what: 'has our own telephone alone while the client of a call that we ordered is rung: nobody has talked',
    posted: PUT_THROUGH,
    listed: mangoList(MISSED_BEFORE, OWN_PICKED_UP),
    waits: MISSED,
  },
  {
    what: 'has our own telephone alone while the client of a call that we ordered talks',
    posted: [...PUT_THROUGH, mangoPutThrough('Connected', '10:02:00')],
    listed: mangoList(MISSED_BEFORE, OWN_PICKED_UP),
    waits: CALLED_BACK,
  },
  {
    what: 'tells a call that we ordered when it is over, as the events do',
    posted: [...PUT_THROUGH, mangoPutThrough('Connected', '10:02:00'), mangoOver('10:02:00', '10:03:00')],
    listed: mangoList(
      MISSED_BEFORE,
      OWN_PICKED_UP,
      mangoRow('101', '', ['10:01:46', '10:03:00', '10:02:00'], 1110),
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'tells a call that we ordered, of which no event came',
    listed: mangoList(
      MISSED_BEFORE,
      OWN_PICKED_UP,
      mangoRow('101', '', ['10:01:46', '10:03:00', '10:02:00'], 1110),
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'has our own telephone that nobody picked up for a call that we ordered: the client goes on waiting',
    posted: [
      mangoOwn('Appeared', '10:01:40'),
      mangoOwn('Disconnected', '10:02:10', 1121),
      mangoOver(null, '10:02:10'),
    ],
    listed: mangoList(MISSED_BEFORE, mangoRow('', '101', ['10:01:40', '10:02:10'], 1121)),
    waits: MISSED,
  },
  {
    what: 'has the first telephone of a group while the second is talked on: it is no missed call',
    posted: [
      mangoLeg(1, 'Appeared', '10:00:00', '101'),
      mangoLeg(1, 'Appeared', '10:00:20', '102'),
      mangoLeg(2, 'Connected', '10:00:25', '102'),
    ],
    listed: mangoList(mangoIn('e1', '101', ['10:00:00', '10:00:20'])),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:25 by 102`],
  },
  {
    what: 'tells a group that nobody posted of, the telephone that was picked up among others',
    listed: mangoList(
      mangoIn('e1', '102', ['10:00:20', '10:01:00', '10:00:25']),
      mangoIn('e1', '101', ['10:00:00', '10:00:20']),
    ),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:25 by 102`],
  },
  {
    what: 'may begin with the names of its columns, and knows a queue from a colleague',
    listed: mangoList(
      [
        'start',
        'finish',
        'answer',
        'from_extension',
        'from_number',
        'to_extension',
        'to_number',
        'disconnect_reason',
        'entry_id',
        'line_number',
        'location',
      ],
      mangoIn('e1', '100', ['10:00:00', '10:00:20', '10:00:02'], 'queue'),
      [
        unix('10:01:50'),
        unix('10:03:00'),
        unix('10:02:00'),
        '101',
        '',
        '',
        CLIENT,
        1110,
        'e2',
        LINE,
        'abonent',
      ],
    ),
    waits: CALLED_BACK,
  },
]);
