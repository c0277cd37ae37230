import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { beelinePost, beelineScript } from '../testing/phone/beelineScript.ts';
import { at, LineWorld } from '../testing/phone/lineWorld.ts';
import { mangoEvent, mangoScript } from '../testing/phone/mangoScript.ts';
import { megafonPost, megafonScript } from '../testing/phone/megafonScript.ts';
import { onlinepbxPost, onlinepbxScript } from '../testing/phone/onlinepbxScript.ts';
import type { PhoneScript, Posting } from '../testing/phone/phoneProvider.ts';
import { sipuniPost, sipuniScript } from '../testing/phone/sipuniScript.ts';
import { twilioPost, twilioScript } from '../testing/phone/twilioScript.ts';
import { uisPost, uisScript } from '../testing/phone/uisScript.ts';
import { zadarmaPost, zadarmaScript } from '../testing/phone/zadarmaScript.ts';

const HOOK = 'https://otklik.example.ru/hooks/line';
const CLIENT = '79160000001';
const LINE = '74951234567';
const unix = (time: string): number => at(time) / 1_000;

interface Story {
  readonly what: string;
  readonly posted: readonly Posting[];
  readonly waits: readonly string[];
}

/** Each story is told in order, and again from its end with everything twice: the waits are the same (law 2). */
function exchange(name: string, script: PhoneScript, stories: readonly Story[]): void {
  describe(`calls of ${name}`, () => {
    for (const { what, posted, waits } of stories)
      it(what, async () => {
        for (const order of [posted, [...posted, ...posted].reverse()]) {
          const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
          for (const each of order) assert.ok((await world.post(each)) < 300);
          assert.deepEqual(world.told(), waits);
          assert.deepEqual(world.faults, []);
        }
      });

    it('is refused with a forged proof, and nothing is kept', async () => {
      const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
      const [first] = stories[0]?.posted ?? [];
      assert.ok(first);
      const { body = '', path = '', headers = {} } = first;
      const forged = {
        ...first,
        path: path.replace(/key=[^&]*/, 'key=somebody-elses-key'),
        body: body.replace(/(sign|crm_token)=[^&]*/, '$1=00'),
        headers: Object.fromEntries(
          Object.entries(headers).map(([key, value]) => [key, /signature/.test(key) ? 'AAAA' : value]),
        ),
      };
      assert.equal(await world.post(forged), 401);
      assert.deepEqual(world.events, []);
    });

    it('makes a missed call of its own test', async () => {
      const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
      assert.ok((await world.post(world.sample())) < 300);
      assert.match(world.told().join(), /^\+70000000000 .* missed .* waits$/);
    });

    it('keeps aside what it does not know, and is told that it was taken', async () => {
      const world = new LineWorld(script.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' }));
      const unknown = script.unknown(HOOK);
      assert.ok(unknown && (await world.post(unknown)) < 300);
      assert.equal(world.faults.length, 1);
      assert.deepEqual(world.events, []);
    });
  });
}

const ANSWERED = [`+${CLIENT} 10:00:00 answered 10:00:11 by 101`];
const CALLED_BACK = [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 101`];
const ATTEMPTED = [`+${CLIENT} 10:00:00 missed 10:00:20 attempted 10:02:30 by 101`];
const MISSED = [`+${CLIENT} 10:00:00 missed 10:00:20 waits`];

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
const mangoSummary = (
  entry: string,
  began: string,
  talked: string | null,
  ended: string,
  over: object = {},
) =>
  mangoEvent('/events/summary', {
    entry_id: entry,
    call_direction: 1,
    from: { number: CLIENT },
    to: { extension: '101' },
    line_number: LINE,
    create_time: unix(began),
    forward_time: unix(began) + 1,
    talk_time: talked === null ? 0 : unix(talked),
    end_time: unix(ended),
    entry_result: talked === null ? 0 : 1,
    disconnect_reason: 1110,
    ...over,
  });
const OUT = { call_direction: 2, from: { extension: '101' }, to: { number: CLIENT } };

// The two legs of a call that `commands/callback` ordered, as the document’s «Инициирование исходящего вызова» has them:
// the first bears the client as its caller and 101 as the one called.
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

exchange('Mango Office', mangoScript, [
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

const z = (event: string, over: Readonly<Record<string, string>>) => {
  const isOut = event.startsWith('NOTIFY_OUT');
  const base = {
    event,
    pbx_call_id: isOut ? 'out_1' : 'in_1',
    call_start: isOut ? '2026-11-23 13:59:00' : '2026-11-23 13:00:00',
    ...(isOut ? { destination: CLIENT, internal: '101' } : { caller_id: `+${CLIENT}`, called_did: LINE }),
    ...over,
  };
  const signed = isOut
    ? ['internal', 'destination', 'call_start']
    : event === 'NOTIFY_ANSWER'
      ? ['caller_id', 'destination', 'call_start']
      : ['caller_id', 'called_did', 'call_start'];
  return zadarmaPost(base, signed);
};

// Ends and answers have no time: they count from their arrival at 11:00:00.
exchange('Zadarma', zadarmaScript, [
  {
    what: 'picked up',
    posted: [
      z('NOTIFY_START', {}),
      z('NOTIFY_INTERNAL', { internal: '101' }),
      z('NOTIFY_INTERNAL', { internal: '102' }),
      z('NOTIFY_ANSWER', { internal: '101', destination: LINE }),
      z('NOTIFY_END', { internal: '101', duration: '79', disposition: 'answered' }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 11:00:00 by 101`],
  },
  {
    what: 'answered by a voice menu, and called back',
    posted: [
      z('NOTIFY_START', {}),
      z('NOTIFY_END', { duration: '20', disposition: 'answered' }),
      z('NOTIFY_OUT_START', {}),
      z('NOTIFY_OUT_END', { duration: '60', disposition: 'answered' }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 11:00:00 answered 10:59:00 by 101`],
  },
  {
    what: 'of ours that the client picks up: their answer is no turn',
    posted: [
      z('NOTIFY_OUT_START', {}),
      z('NOTIFY_ANSWER', { pbx_call_id: 'out_1', caller_id: LINE, destination: CLIENT, internal: '101' }),
    ],
    waits: [],
  },
  {
    what: 'missed, and dialled in vain',
    posted: [
      z('NOTIFY_START', {}),
      z('NOTIFY_END', { duration: '0', disposition: 'cancel' }),
      z('NOTIFY_OUT_END', { duration: '0', disposition: 'busy' }),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 11:00:00 attempted 11:00:00 by 101`],
  },
]);

const u = (event: string, time: string, over: object = {}) =>
  uisPost({
    event,
    at: unix(time),
    call: event.startsWith('out') ? 2 : 1,
    line: LINE,
    client: CLIENT,
    employee: 101,
    talk: 0,
    ...over,
  });

exchange('UIS', uisScript, [
  {
    what: 'lost, told with empty placeholders and a number without quotes',
    posted: [
      {
        ...u('lost', '10:00:20'),
        body: `{"event":"lost","at":${unix('10:00:20')},"call":1,"line":74951234567,"client":+${CLIENT},"employee":,"talk":}`,
      },
    ],
    waits: [`+${CLIENT} 10:00:20 missed 10:00:20 waits`],
  },
  {
    what: 'picked up',
    posted: [u('ringing', '10:00:00'), u('answered', '10:00:11'), u('ended', '10:01:00', { talk: 49 })],
    waits: ANSWERED,
  },
  {
    what: 'lost, of which two rules tell, and called back',
    posted: [
      u('ringing', '10:00:00'),
      u('lost', '10:00:20'),
      u('ended', '10:00:20'),
      u('out_answered', '10:02:00'),
      u('out_ended', '10:03:00', { talk: 60 }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'lost, and dialled in vain',
    posted: [
      u('ringing', '10:00:00'),
      u('lost', '10:00:20'),
      u('out_ringing', '10:02:00'),
      u('out_ended', '10:02:30'),
    ],
    waits: ATTEMPTED,
  },
]);

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

exchange('MegaFon', megafonScript, [
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

const b = (
  type: string,
  leg: string,
  times: { began: string; answered?: string; released?: string },
  over = '',
  personality = over ? 'Originator' : 'Terminator',
) =>
  beelinePost(
    type,
    `<xsi:call><xsi:callId>${leg}</xsi:callId><xsi:extTrackingId>${over || 't1'}</xsi:extTrackingId>
<xsi:personality>${personality}</xsi:personality>
<xsi:remoteParty><xsi:address countryCode="7">tel:+${CLIENT}</xsi:address></xsi:remoteParty>
<xsi:startTime>${at(times.began)}</xsi:startTime>${times.answered ? `<xsi:answerTime>${at(times.answered)}</xsi:answerTime>` : ''}
${times.released ? `<xsi:releaseTime>${at(times.released)}</xsi:releaseTime>` : ''}</xsi:call>`,
  );
const BEGAN = { began: '10:00:00' };

exchange('Beeline', beelineScript, [
  {
    what: 'that rings at three telephones and is picked up at one',
    posted: [
      ...['a', 'b', 'c'].map((leg) => b('CallReceivedEvent', leg, BEGAN)),
      b('CallAnsweredEvent', 'b', { ...BEGAN, answered: '10:00:11' }),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:11' }),
      b('CallReleasedEvent', 'c', { ...BEGAN, released: '10:00:11' }),
      b('CallReleasedEvent', 'b', { ...BEGAN, answered: '10:00:11', released: '10:01:00' }),
    ],
    waits: [`+${CLIENT} 10:00:00 answered 10:00:11 by 9000000101`],
  },
  {
    what: 'between two subscribers of the exchange, and the end of the subscription',
    posted: [
      beelinePost(
        'CallReceivedEvent',
        `<xsi:call><xsi:callId>a</xsi:callId><xsi:extTrackingId>t1</xsi:extTrackingId><xsi:personality>Terminator</xsi:personality>
<xsi:remoteParty><xsi:address>tel:+79030000102</xsi:address><xsi:callType>Group</xsi:callType></xsi:remoteParty></xsi:call>`,
      ),
      {
        ...beelinePost('', ''),
        body: `<?xml version="1.0"?><xsi:Event xsi1:type="xsi:SubscriptionTerminatedEvent" xmlns:xsi="http://schema.broadsoft.com/xsi" xmlns:xsi1="http://www.w3.org/2001/XMLSchema-instance"><xsi:subscriptionId>s-1</xsi:subscriptionId></xsi:Event>`,
      },
    ],
    waits: [],
  },
  {
    what: 'that nobody of the group picks up, and called back',
    posted: [
      ...['a', 'b'].map((leg) => b('CallReceivedEvent', leg, BEGAN)),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:15' }),
      b('CallReleasedEvent', 'b', { ...BEGAN, released: '10:00:20' }),
      b('CallAnsweredEvent', 'o', { began: '10:01:50', answered: '10:02:00' }, 't2'),
      b('CallReleasedEvent', 'o', { began: '10:01:50', answered: '10:02:00', released: '10:03:00' }, 't2'),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 9000000101`],
  },
  // While our own telephone rings the personality is Click-to-Dial: CallOriginatingEvent in the schema of BroadWorks.
  {
    what: 'that nobody picks up, and called back by our order',
    posted: [
      b('CallReceivedEvent', 'a', BEGAN),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:20' }),
      b('CallOriginatingEvent', 'o', { began: '10:01:30' }, 't2', 'Click-to-Dial'),
      b('CallOriginatedEvent', 'o', { began: '10:01:50' }, 't2'),
      b('CallAnsweredEvent', 'o', { began: '10:01:50', answered: '10:02:00' }, 't2'),
      b('CallReleasedEvent', 'o', { began: '10:01:50', answered: '10:02:00', released: '10:03:00' }, 't2'),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by 9000000101`],
  },
  {
    what: 'that nobody picks up, ordered back, and our own telephone is not picked up either',
    posted: [
      b('CallReceivedEvent', 'a', BEGAN),
      b('CallReleasedEvent', 'a', { ...BEGAN, released: '10:00:20' }),
      b('CallOriginatingEvent', 'o', { began: '10:01:30' }, 't2', 'Click-to-Dial'),
      b('CallReleasedEvent', 'o', { began: '10:01:30', released: '10:02:00' }, 't2', 'Click-to-Dial'),
    ],
    waits: MISSED,
  },
]);

const s = (fields: Readonly<Record<string, string>>, time: string) =>
  sipuniPost({
    call_id: 'c1',
    src_num: CLIENT,
    src_type: '1',
    pbxdstnum: LINE,
    timestamp: String(unix(time)),
    ...fields,
  });
const sOut = {
  call_id: 'c2',
  src_num: '101',
  short_src_num: '101',
  src_type: '2',
  dst_num: CLIENT,
  dst_type: '1',
};
const TO_101 = { dst_type: '2', short_dst_num: '101' };

exchange('Sipuni', sipuniScript, [
  {
    what: 'picked up; the start comes twice',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s({ event: '3', ...TO_101 }, '10:00:11'),
      s(
        {
          event: '2',
          ...TO_101,
          status: 'ANSWER',
          call_start_timestamp: String(unix('10:00:00')),
          call_answer_timestamp: String(unix('10:00:11')),
        },
        '10:01:00',
      ),
    ],
    waits: ANSWERED,
  },
  {
    what: 'picked up, whose end has it answered before it began',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s({ event: '3', ...TO_101 }, '10:00:11'),
      s(
        {
          event: '2',
          status: 'ANSWER',
          call_start_timestamp: String(unix('10:00:00')),
          call_answer_timestamp: String(unix('10:00:00') - 1),
        },
        '10:01:00',
      ),
    ],
    waits: ANSWERED,
  },
  {
    what: 'picked up, of which the end never comes',
    posted: [s({ event: '1' }, '10:00:00'), s({ event: '3', ...TO_101 }, '10:00:11')],
    waits: ANSWERED,
  },
  {
    what: 'missed, and called back by our order, which is told as the extension’s own call',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s({ event: '2', status: 'NOANSWER' }, '10:00:20'),
      s({ event: '1', ...sOut, callbackId: '5f2c' }, '10:01:50'),
      s({ event: '3', ...sOut, callbackId: '5f2c' }, '10:02:00'),
      s(
        {
          event: '2',
          ...sOut,
          callbackId: '5f2c',
          status: 'ANSWER',
          call_start_timestamp: String(unix('10:01:50')),
          call_answer_timestamp: String(unix('10:02:00')),
        },
        '10:03:00',
      ),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and dialled in vain',
    posted: [
      s({ event: '1' }, '10:00:00'),
      s(
        {
          event: '2',
          status: 'NOANSWER',
          call_start_timestamp: String(unix('10:00:00')),
          call_answer_timestamp: String(unix('10:00:00')),
        },
        '10:00:20',
      ),
      s({ event: '1', ...sOut }, '10:02:00'),
      s({ event: '2', ...sOut, status: 'NOANSWER' }, '10:02:30'),
    ],
    waits: ATTEMPTED,
  },
]);

const o = (event: string, time: string, over: object = {}) =>
  onlinepbxPost({
    event,
    direction: 'inbound',
    uuid: 'u1',
    caller: CLIENT,
    callee: '101',
    date: String(unix(time)),
    ...over,
  });
const oOut = { direction: 'outbound', uuid: 'u2', caller: '101', callee: CLIENT };

exchange('OnlinePBX', onlinepbxScript, [
  {
    what: 'picked up in a group, of which it is told as missed besides',
    posted: [
      o('call_start', '10:00:00'),
      o('call_answered', '10:00:11'),
      o('call_missed', '10:00:11', { callee: undefined, direction: undefined }),
      o('call_end', '10:01:00', { dialog_duration: '49' }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'missed, and called back',
    posted: [
      o('call_start', '10:00:00'),
      o('call_missed', '10:00:20', { callee: undefined, direction: undefined }),
      o('call_answered', '10:02:00', oOut),
      o('call_end', '10:03:00', { ...oOut, dialog_duration: 60 }),
    ],
    waits: CALLED_BACK,
  },
  { what: 'between colleagues', posted: [o('call_start', '10:00:00', { direction: 'local' })], waits: [] },
]);

const t = (
  sid: string,
  status: string,
  time: string,
  over: Readonly<Record<string, string>> = {},
  query = '',
) =>
  twilioPost(
    {
      CallSid: sid,
      CallStatus: status,
      Direction: 'inbound',
      From: `+${CLIENT}`,
      To: `+${LINE}`,
      Timestamp: new Date(at(time)).toUTCString(),
      ...over,
    },
    HOOK,
    query,
  );
// The client's leg of a call that we ordered, at the address that its TwiML gave: the colleague's own leg is not told.
const tOrdered = (
  status: string,
  time: string,
  over: Readonly<Record<string, string>> = {},
  by = 'sip:101@acme.sip.twilio.com',
) =>
  t(
    'k2',
    status,
    time,
    { ParentCallSid: 'p2', Direction: 'outbound-dial', From: `+${LINE}`, To: `+${CLIENT}`, ...over },
    `?dial=${encodeURIComponent(by)}`,
  );
const CHILD = { ParentCallSid: 'p', Direction: 'outbound-dial', To: 'sip:101@acme.sip.twilio.com' };
const tOut = { Direction: 'outbound-api', From: 'client:101', To: `+${CLIENT}` };

exchange('Twilio', twilioScript, [
  {
    what: 'picked up by whoever was dialled',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'in-progress', '10:00:01'),
      t('k', 'ringing', '10:00:02', CHILD),
      t('k', 'in-progress', '10:00:11', CHILD),
      t('k', 'completed', '10:01:00', { ...CHILD, CallDuration: '49' }),
      t('p', 'completed', '10:01:00', { CallDuration: '60' }),
    ],
    waits: ANSWERED,
  },
  {
    what: 'answered by TwiML alone, and called back',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'in-progress', '10:00:01'),
      t('k', 'no-answer', '10:00:19', CHILD),
      t('p', 'completed', '10:00:20', { CallDuration: '20' }),
      t('q', 'in-progress', '10:02:00', tOut),
      t('q', 'completed', '10:03:00', { ...tOut, CallDuration: '60' }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and called back by our order',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      tOrdered('ringing', '10:01:50'),
      tOrdered('in-progress', '10:02:00'),
      tOrdered('completed', '10:03:00', { CallDuration: '60' }),
    ],
    waits: CALLED_BACK,
  },
  {
    what: 'missed, and dialled in vain by our order',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      tOrdered('ringing', '10:02:00'),
      tOrdered('no-answer', '10:02:30'),
    ],
    waits: ATTEMPTED,
  },
  {
    what: 'missed, and called back by our order from a mobile: the client is shown our number, and no machine talks',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      tOrdered('in-progress', '10:02:00', {}, '+79031112233'),
      tOrdered('completed', '10:03:00', { CallDuration: '60' }, '+79031112233'),
    ],
    waits: [`+${CLIENT} 10:00:00 missed 10:00:20 answered 10:02:00 by +79031112233`],
  },
  {
    what: 'missed, and then neither a robot’s nor an answering machine’s talk',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      t('q', 'completed', '10:03:00', { ...tOut, From: `+${LINE}`, CallDuration: '60' }),
      t('r', 'completed', '10:05:00', { ...tOut, AnsweredBy: 'machine_end_beep', CallDuration: '60' }),
    ],
    waits: MISSED,
  },
  {
    what: 'of a colleague’s from the browser: neither they nor whom they dial in vain are a client who rings',
    posted: [
      t('q', 'ringing', '10:02:00', { From: 'client:anna', To: '' }),
      t('k', 'ringing', '10:02:01', { ...CHILD, ParentCallSid: 'q', From: `+${LINE}`, To: `+${CLIENT}` }),
      t('k', 'no-answer', '10:02:30', { ...CHILD, ParentCallSid: 'q', From: `+${LINE}`, To: `+${CLIENT}` }),
      t('q', 'completed', '10:02:31', { From: 'client:anna', To: '' }),
    ],
    waits: [],
  },
  {
    what: 'missed, and dialled in vain',
    posted: [
      t('p', 'ringing', '10:00:00'),
      t('p', 'completed', '10:00:20'),
      t('q', 'no-answer', '10:02:30', tOut),
    ],
    waits: ATTEMPTED,
  },
]);

describe('whose a call is', () => {
  const [SALES, SERVICE] = ['74951234567', '74957654321'];
  const numbers = (number: string) =>
    `${mangoScript.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' })}, numbers: ["+${number}"]`;
  const company = () =>
    new LineWorld(numbers(SALES), `{ id: service, kind: phone, owner: olga, ${numbers(SERVICE)} }`);

  it('shows by the number', async () => {
    const world = company();
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20', { line_number: SERVICE }));
    await world.post(mangoSummary('e2', '10:00:00', null, '10:00:20', { line_number: '74950000000' }));
    assert.deepEqual([...new Set(world.events.map(({ channel }) => channel))], ['service']);
  });

  it('a call back whose number is not told is not lost', async () => {
    const world = company();
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20'));
    await world.post(
      mangoSummary('e2', '10:01:50', '10:02:00', '10:03:00', { ...OUT, line_number: undefined }),
    );
    assert.deepEqual(world.told(), CALLED_BACK);
  });

  it('a hidden number is none of ours, even where a line has a name for a number', async () => {
    const world = new LineWorld(
      `${mangoScript.yaml({ hook: HOOK, api: 'http://127.0.0.1:9' })}, numbers: ["trunk"]`,
    );
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20', { from: {}, line_number: undefined }));
    assert.deepEqual(world.told(), ['hidden:e1 10:00:00 missed 10:00:20 waits']);
  });

  it('one line of the company rings another: nobody waits', async () => {
    const world = company();
    await world.post(mangoSummary('e1', '10:00:00', null, '10:00:20', { from: { number: SERVICE } }));
    await world.post(mangoSummary('e2', '10:00:00', null, '10:00:20', { ...OUT, to: { number: SALES } }));
    assert.deepEqual(world.told(), []);
  });
});
