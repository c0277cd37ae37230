import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { beelinePost, beelineScript } from '../testing/phone/beelineScript.ts';
import { bitrix24Script, portalTime, statisticsOf } from '../testing/phone/bitrix24Script.ts';
import { at, LineWorld } from '../testing/phone/lineWorld.ts';
import { mangoEvent, mangoScript } from '../testing/phone/mangoScript.ts';
import { megafonPost, megafonScript } from '../testing/phone/megafonScript.ts';
import { onlinepbxScript } from '../testing/phone/onlinepbxScript.ts';
import {
  type ApiAnswer,
  type ApiRequest,
  type PhoneScript,
  type Posting,
  serveApi,
} from '../testing/phone/phoneProvider.ts';
import { sipuniCsv, sipuniPost, sipuniRow, sipuniScript } from '../testing/phone/sipuniScript.ts';
import { twilioScript } from '../testing/phone/twilioScript.ts';
import { uisScript } from '../testing/phone/uisScript.ts';
import { zadarmaPost, zadarmaScript } from '../testing/phone/zadarmaScript.ts';

const HOOK = 'https://otklik.example.ru/hooks/line';
const CLIENT = '79160000001';
const LINE = '74951234567';
const unix = (time: string): number => at(time) / 1_000;
const ms = (seconds: number): number => seconds * 1_000;

type Api = (asked: ApiRequest) => ApiAnswer | null;

/** The exchange has this in its list, over its own protocol. */
async function withList(script: PhoneScript, api: Api, play: (world: () => LineWorld) => Promise<void>) {
  const served = await serveApi(api);
  try {
    await play(() => new LineWorld(script.yaml({ hook: HOOK, api: served.root })));
  } finally {
    await served.close();
  }
}

interface Story {
  readonly what: string;
  readonly posted?: readonly Posting[];
  readonly listed: Api;
  readonly waits: readonly string[];
}

/** What was posted and what is listed, whichever is known first, and twice: the waits are the same (law 2). */
function listed(name: string, script: PhoneScript, stories: readonly Story[]): void {
  describe(`the list of ${name}`, () => {
    for (const { what, posted = [], listed: api, waits } of stories)
      it(what, () =>
        withList(script, api, async (fresh) => {
          const [told, asked] = [fresh(), fresh()];
          for (const each of posted) assert.ok((await told.post(each)) < 300);
          assert.deepEqual(await told.look(), { isRead: true, problem: null, gaps: [] });
          await asked.look();
          for (const each of posted.toReversed()) await asked.post(each);
          await asked.look();
          assert.deepEqual(told.told(), waits);
          assert.deepEqual(asked.told(), waits);
        }),
      );
  });
}

const MISSED = [`+${CLIENT} 10:00:00 missed 10:00:20 waits`];
const CALLED_BACK = [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`];

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

// A call back by our order: first 101 rings, told as if the client called it; then the client. See stories.test.ts.
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

listed('Mango Office', mangoScript, [
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

listed('Zadarma', zadarmaScript, [
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

const beelineList =
  (...rows: readonly object[]): Api =>
  ({ url }) =>
    url.pathname.endsWith('/subscription')
      ? { body: '{"subscriptionId":"s","expires":86400}' }
      : { body: JSON.stringify(rows) };
const bRow = (extension: string, status: string, time: string, over: object = {}) => ({
  externalTrackingId: 't1',
  direction: 'INBOUND',
  status,
  startDate: at(time),
  duration: 20_000,
  phone_from: CLIENT,
  phone_to: LINE,
  abonent: { extension },
  ...over,
});
const bLeg = (type: string, leg: string, answered = '') =>
  beelinePost(
    type,
    `<xsi:call><xsi:callId>${leg}</xsi:callId><xsi:extTrackingId>t1</xsi:extTrackingId>
<xsi:personality>Terminator</xsi:personality><xsi:remoteParty><xsi:address>tel:+${CLIENT}</xsi:address></xsi:remoteParty>
<xsi:startTime>${at('10:00:00')}</xsi:startTime>${answered && `<xsi:answerTime>${at(answered)}</xsi:answerTime>`}</xsi:call>`,
  );

listed('Beeline', beelineScript, [
  {
    what: 'has those who missed it while another talks: it is no missed call',
    posted: [
      bLeg('CallReceivedEvent', 'a'),
      bLeg('CallReceivedEvent', 'b'),
      bLeg('CallAnsweredEvent', 'b', '10:00:11'),
    ],
    listed: beelineList(bRow('102', 'MISSED', '10:00:00'), bRow('103', 'MISSED', '10:00:00')),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 9000000101`],
  },
  {
    what: 'has a row a subscriber, of whom one talked, in the provider’s own spelling',
    listed: beelineList(
      bRow('102', 'MISSED', '10:00:00'),
      bRow('101', 'RECIEVED', '10:00:00', { duration: 60_000 }),
      bRow('103', 'MISSED', '10:00:00'),
    ),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:00 by 101`],
  },
  {
    what: 'tells who missed it and who called back',
    listed: beelineList(
      bRow('102', 'MISSED', '10:00:00'),
      bRow('101', 'PLACED', '10:02:00', {
        externalTrackingId: 't2',
        direction: 'OUTBOUND',
        phone_from: LINE,
        phone_to: CLIENT,
      }),
    ),
    waits: CALLED_BACK,
  },
]);

const uisList =
  (...data: readonly object[]): Api =>
  () => ({ body: JSON.stringify({ result: { data } }) });
const uRow = (over: object) => ({
  id: 1,
  start_time: '2026-11-23 13:00:00',
  finish_time: '2026-11-23 13:00:20',
  direction: 'in',
  is_lost: true,
  talk_duration: 0,
  wait_duration: 20,
  virtual_phone_number: LINE,
  contact_phone_number: CLIENT,
  employees: [{ employee_id: 102 }, { employee_id: 101 }],
  first_answered_employee_id: null,
  ...over,
});

listed('UIS', uisScript, [
  {
    what: 'names who picked up, and not whose telephone rang first',
    listed: uisList(
      uRow({
        is_lost: false,
        finish_time: '2026-11-23 13:01:00',
        talk_duration: 49,
        wait_duration: 11,
        first_answered_employee_id: 101,
      }),
    ),
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`],
  },
  { what: 'says nothing of a call that goes on', listed: uisList(uRow({ finish_time: null })), waits: [] },
]);

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

listed('OnlinePBX', onlinepbxScript, [
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

listed('MegaFon', megafonScript, [
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

listed('Sipuni', sipuniScript, [
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

const twilioList =
  (...rows: readonly object[]): Api =>
  () => ({ body: JSON.stringify({ calls: rows, next_page_uri: null }) });
const tRow = (sid: string, times: [string, string], over: object) => ({
  sid,
  parent_call_sid: null,
  from: `+${CLIENT}`,
  to: `+${LINE}`,
  status: 'completed',
  direction: 'inbound',
  start_time: new Date(at(times[0])).toUTCString(),
  end_time: new Date(at(times[1])).toUTCString(),
  duration: String(unix(times[1]) - unix(times[0])),
  ...over,
});
const T_MISSED = tRow('p', ['10:00:00', '10:00:20'], {});

listed('Twilio', twilioScript, [
  {
    what: 'knows whom a colleague dialled from the browser',
    listed: twilioList(
      T_MISSED,
      tRow('q', ['10:01:50', '10:03:00'], { from: 'client:101', to: '' }),
      tRow('k', ['10:02:00', '10:03:00'], {
        parent_call_sid: 'q',
        from: `+${LINE}`,
        to: `+${CLIENT}`,
        direction: 'outbound-dial',
      }),
    ),
    waits: CALLED_BACK,
  },
  {
    what: 'knows whom an ordered call reached, which called the colleague first',
    listed: twilioList(
      T_MISSED,
      tRow('q', ['10:01:50', '10:03:00'], {
        from: `+${LINE}`,
        to: '+79260000000',
        direction: 'outbound-api',
      }),
      tRow('k', ['10:02:00', '10:03:00'], {
        parent_call_sid: 'q',
        from: `+${LINE}`,
        to: `+${CLIENT}`,
        direction: 'outbound-dial',
      }),
    ),
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by +79260000000`],
  },
  {
    what: 'takes no robot’s call and no answering machine for a person’s',
    listed: twilioList(
      T_MISSED,
      tRow('q', ['10:02:00', '10:03:00'], { from: `+${LINE}`, to: `+${CLIENT}`, direction: 'outbound-api' }),
      tRow('r', ['10:04:00', '10:05:00'], {
        from: 'client:101',
        to: `+${CLIENT}`,
        direction: 'outbound-api',
        answered_by: 'machine_start',
      }),
    ),
    waits: MISSED,
  },
  {
    what: 'says nothing of the end of a call that goes on',
    listed: twilioList({ ...T_MISSED, status: 'in-progress', end_time: null }),
    waits: [`+${CLIENT} 10:00:00 waits`],
  },
]);

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

listed('Bitrix24', bitrix24Script, [
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

it('an exchange whose list is not opened says what it does not see', async () => {
  for (const [keys, missing] of [
    ['provider: megafon, secret: "the-secret"', /account, its address, and token/],
    ['provider: sipuni, key: "the-key-of-this-test-1"', /account, the number of the system, and secret/],
    ['provider: uis, key: "the-key-of-this-test-1"', /set token/],
    ['provider: onlinepbx, key: "the-key-of-this-test-1", account: acme.onpbx.ru', /set token/],
  ] as const) {
    const { isRead, problem, gaps } = await new LineWorld(keys).look();
    assert.deepEqual([isRead, problem, gaps.length], [true, null, 1]);
    assert.match(gaps[0] ?? '', missing);
  }
});

const OTHER = '79160000002';
const TOLD_BOTH = [`+${CLIENT} 10:00:00 missed 10:00:20 waits`, `+${OTHER} 10:00:00 missed 10:00:20 waits`];

describe('a list of more pages than one is read to its end', () => {
  const bothTold = (script: PhoneScript, api: Api) => () =>
    withList(script, api, async (fresh) => {
      const world = fresh();
      await world.look();
      assert.deepEqual(world.told().sort(), TOLD_BOTH);
    });
  const uisRows = Array.from({ length: 1_001 }, (_, id) =>
    uRow({ id, ...(id === 1_000 && { contact_phone_number: OTHER }) }),
  );
  const beelineRows = Array.from({ length: 101 }, (_, index) =>
    bRow('101', 'MISSED', '10:00:00', {
      externalTrackingId: `t${index}`,
      ...(index === 100 && { phone_from: OTHER }),
    }),
  );

  it(
    'UIS',
    bothTold(uisScript, ({ body }) => {
      const { params } = JSON.parse(body) as { params: { offset: number; limit: number } };
      const data = uisRows.slice(params.offset, params.offset + params.limit);
      return { body: JSON.stringify({ result: { data } }) };
    }),
  );
  it(
    'Beeline',
    bothTold(beelineScript, ({ url }) => {
      const page = Number(url.searchParams.get('page'));
      return url.pathname.endsWith('/subscription')
        ? { body: '{"subscriptionId":"s","expires":86400}' }
        : { body: JSON.stringify(beelineRows.slice(page * 100, page * 100 + 100)) };
    }),
  );
  it(
    'Twilio',
    bothTold(twilioScript, ({ url }) => {
      const second = tRow('q', ['10:00:00', '10:00:20'], { from: `+${OTHER}` });
      const body = url.searchParams.has('PageToken')
        ? { calls: [second], next_page_uri: null }
        : { calls: [T_MISSED], next_page_uri: `${url.pathname}?PageToken=t` };
      return { body: JSON.stringify(body) };
    }),
  );
});
