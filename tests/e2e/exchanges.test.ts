import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort, until } from '@otklik/testing';
import { it } from 'vitest';

import { AmiPeer } from '../../packages/channels/phone/asterisk/testing/amiPeer.ts';
import {
  amiFields,
  type Happening,
  type StoryChannel,
} from '../../packages/channels/phone/asterisk/testing/story.ts';
import { beelinePost, beelineScript } from '../../packages/channels/phone/beeline/testing/script.ts';
import { mangoEvent, mangoScript } from '../../packages/channels/phone/mango/testing/script.ts';
import { megafonPost, megafonScript } from '../../packages/channels/phone/megafon/testing/script.ts';
import { onlinepbxPost, onlinepbxScript } from '../../packages/channels/phone/onlinepbx/testing/script.ts';
import { sipuniPost, sipuniScript } from '../../packages/channels/phone/sipuni/testing/script.ts';
import type { PhoneScript, Posting } from '../../packages/channels/phone/testing/phoneProvider.ts';
import { twilioPost, twilioScript } from '../../packages/channels/phone/twilio/testing/script.ts';
import { uisPost, uisScript } from '../../packages/channels/phone/uis/testing/script.ts';
import { zadarmaPost, zadarmaScript } from '../../packages/channels/phone/zadarma/testing/script.ts';
import { startOtklik, startReceiver } from './otklik.ts';

const LINE = '74951234567';
const CLIENT = '79160000001';

/** A call as an exchange posts it. Milliseconds since 1970; `talked` null: nobody picked up. */
interface Played {
  readonly id: string;
  readonly client: string;
  readonly rang: number;
  readonly talked: number | null;
  readonly over: number;
  readonly hook: string;
}

interface Exchange {
  readonly script: PhoneScript;
  incoming(call: Played): Posting[];
  /** Extension 101 calls the client. */
  outgoing(call: Played): Posting[];
  /** The exchange gives no time of the answer: that of the arrival counts. */
  readonly byArrival?: true;
}

const unix = (at: number): number => Math.floor(at / 1_000);
const talkOf = ({ talked, over }: Played): number => (talked === null ? 0 : unix(over) - unix(talked));
const wall = (at: number): string =>
  new Date(at).toLocaleString('sv-SE', { timeZone: 'Europe/Moscow' }).slice(0, 19);
const basic = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

const mangoSummary = (call: Played, over: object): Posting =>
  mangoEvent('/events/summary', {
    entry_id: call.id,
    line_number: LINE,
    create_time: unix(call.rang),
    talk_time: call.talked === null ? 0 : unix(call.talked),
    end_time: unix(call.over),
    entry_result: call.talked === null ? 0 : 1,
    disconnect_reason: 1110,
    ...over,
  });

const beelineCall = (call: Played, personality: string, answered: number | null, released: number | null) =>
  `<xsi:call><xsi:callId>${call.id}-leg</xsi:callId><xsi:extTrackingId>${call.id}</xsi:extTrackingId>
<xsi:personality>${personality}</xsi:personality>
<xsi:remoteParty><xsi:address countryCode="7">tel:+${call.client}</xsi:address></xsi:remoteParty>
<xsi:startTime>${call.rang}</xsi:startTime>${answered === null ? '' : `<xsi:answerTime>${answered}</xsi:answerTime>`}
${released === null ? '' : `<xsi:releaseTime>${released}</xsi:releaseTime>`}</xsi:call>`;
const beelineCalls = (call: Played, personality: string): Posting[] => [
  beelinePost(
    personality === 'Terminator' ? 'CallReceivedEvent' : 'CallOriginatedEvent',
    beelineCall(call, personality, null, null),
  ),
  ...(call.talked === null
    ? []
    : [beelinePost('CallAnsweredEvent', beelineCall(call, personality, call.talked, null))]),
  beelinePost('CallReleasedEvent', beelineCall(call, personality, call.talked, call.over)),
];

const megafonHistory = (call: Played, type: 'in' | 'out'): Posting =>
  megafonPost({
    cmd: 'history',
    type,
    status: call.talked === null ? 'missed' : 'Success',
    callid: call.id,
    phone: call.client,
    start: basic(call.rang),
    wait: String(unix(call.talked ?? call.over) - unix(call.rang)),
    duration: String(talkOf(call)),
    ...(call.talked !== null && { user: '101' }),
  });

const EXCHANGES: Readonly<Record<string, Exchange>> = {
  mango: {
    script: mangoScript,
    incoming: (call) => [
      mangoEvent('/events/call', {
        entry_id: call.id,
        call_id: `${call.id}-1`,
        timestamp: unix(call.rang),
        seq: 1,
        call_state: 'Appeared',
        location: 'abonent',
        from: { number: call.client },
        to: { extension: '101', line_number: LINE },
      }),
      mangoSummary(call, { call_direction: 1, from: { number: call.client }, to: { extension: '101' } }),
    ],
    outgoing: (call) => [
      mangoSummary(call, { call_direction: 2, from: { extension: '101' }, to: { number: call.client } }),
    ],
  },
  zadarma: {
    script: zadarmaScript,
    byArrival: true,
    incoming: (call) => {
      const inbound = {
        call_start: wall(call.rang),
        pbx_call_id: call.id,
        caller_id: `+${call.client}`,
        called_did: LINE,
      };
      const signed = ['caller_id', 'called_did', 'call_start'];
      const end =
        call.talked === null ? { disposition: 'cancel' } : { disposition: 'answered', internal: '101' };
      return [
        zadarmaPost({ event: 'NOTIFY_START', ...inbound }, signed),
        zadarmaPost({ event: 'NOTIFY_END', ...inbound, ...end, duration: String(talkOf(call)) }, signed),
      ];
    },
    outgoing: (call) => [
      zadarmaPost(
        {
          event: 'NOTIFY_OUT_END',
          call_start: wall(call.rang),
          pbx_call_id: call.id,
          destination: call.client,
          internal: '101',
          disposition: 'answered',
          duration: String(talkOf(call)),
        },
        ['internal', 'destination', 'call_start'],
      ),
    ],
  },
  uis: {
    script: uisScript,
    incoming: ({ id, client, rang, talked, over }) => {
      const about = { call: Number(id.replaceAll(/\D/g, '')), line: LINE, client, talk: 0 };
      return [
        uisPost({ event: 'ringing', at: unix(rang), ...about }),
        ...(talked === null
          ? []
          : [uisPost({ event: 'answered', at: unix(talked), ...about, employee: 101 })]),
        talked === null
          ? uisPost({ event: 'lost', at: unix(over), ...about })
          : uisPost({
              event: 'ended',
              at: unix(over),
              ...about,
              employee: 101,
              talk: unix(over) - unix(talked),
            }),
      ];
    },
    outgoing: (call) => {
      const about = { call: Number(call.id.replaceAll(/\D/g, '')), line: LINE, client: call.client };
      return [
        uisPost({ event: 'out_answered', at: unix(call.talked ?? 0), ...about, employee: 101, talk: 0 }),
        uisPost({ event: 'out_ended', at: unix(call.over), ...about, employee: 101, talk: talkOf(call) }),
      ];
    },
  },
  megafon: {
    script: megafonScript,
    incoming: (call) => [megafonHistory(call, 'in')],
    outgoing: (call) => [megafonHistory(call, 'out')],
  },
  beeline: {
    script: beelineScript,
    incoming: (call) => beelineCalls(call, 'Terminator'),
    outgoing: (call) => beelineCalls(call, 'Originator'),
  },
  sipuni: {
    script: sipuniScript,
    incoming: ({ id, client, rang, talked, over }) => {
      const call = { call_id: id, src_num: client, src_type: '1', pbxdstnum: LINE };
      const to = { dst_type: '2', short_dst_num: '101' };
      return [
        sipuniPost({ event: '1', ...call, timestamp: String(unix(rang)) }),
        ...(talked === null
          ? []
          : [sipuniPost({ event: '3', ...call, ...to, timestamp: String(unix(talked)) })]),
        sipuniPost({
          event: '2',
          ...call,
          ...(talked !== null && to),
          status: talked === null ? 'NOANSWER' : 'ANSWER',
          timestamp: String(unix(over)),
          call_start_timestamp: String(unix(rang)),
          call_answer_timestamp: String(unix(talked ?? rang)),
        }),
      ];
    },
    outgoing: ({ id, client, rang, talked, over }) => {
      const call = {
        call_id: id,
        src_num: '101',
        short_src_num: '101',
        src_type: '2',
        dst_num: client,
        dst_type: '1',
      };
      return [
        sipuniPost({ event: '3', ...call, timestamp: String(unix(talked ?? over)) }),
        sipuniPost({
          event: '2',
          ...call,
          status: 'ANSWER',
          timestamp: String(unix(over)),
          call_start_timestamp: String(unix(rang)),
          call_answer_timestamp: String(unix(talked ?? rang)),
        }),
      ];
    },
  },
  onlinepbx: {
    script: onlinepbxScript,
    incoming: (call) => {
      const about = { uuid: call.id, direction: 'inbound', caller: call.client, callee: '101' };
      return [
        onlinepbxPost({ event: 'call_start', ...about, date: String(unix(call.rang)) }),
        ...(call.talked === null
          ? [
              onlinepbxPost({
                event: 'call_missed',
                uuid: call.id,
                caller: call.client,
                date: String(unix(call.over)),
              }),
            ]
          : [
              onlinepbxPost({ event: 'call_answered', ...about, date: String(unix(call.talked)) }),
              onlinepbxPost({
                event: 'call_end',
                ...about,
                date: String(unix(call.over)),
                dialog_duration: String(talkOf(call)),
              }),
            ]),
      ];
    },
    outgoing: (call) => {
      const about = { uuid: call.id, direction: 'outbound', caller: '101', callee: call.client };
      return [
        onlinepbxPost({ event: 'call_answered', ...about, date: String(unix(call.talked ?? 0)) }),
        onlinepbxPost({
          event: 'call_end',
          ...about,
          date: String(unix(call.over)),
          dialog_duration: talkOf(call),
        }),
      ];
    },
  },
  twilio: {
    script: twilioScript,
    incoming: ({ id, client, rang, talked, over, hook }) => {
      const post = (sid: string, status: string, at: number, more: Readonly<Record<string, string>> = {}) =>
        twilioPost(
          {
            CallSid: sid,
            CallStatus: status,
            Direction: 'inbound',
            From: `+${client}`,
            To: `+${LINE}`,
            Timestamp: new Date(at).toUTCString(),
            ...more,
          },
          hook,
        );
      const child = { ParentCallSid: id, Direction: 'outbound-dial', To: 'sip:101@acme.sip.twilio.com' };
      return [
        post(id, 'ringing', rang),
        ...(talked === null
          ? [post(`${id}-k`, 'no-answer', over, child)]
          : [
              post(`${id}-k`, 'in-progress', talked, child),
              post(`${id}-k`, 'completed', over, {
                ...child,
                CallDuration: String(unix(over) - unix(talked)),
              }),
            ]),
        post(id, 'completed', over, { CallDuration: String(unix(over) - unix(rang)) }),
      ];
    },
    outgoing: (call) => {
      const about = {
        Direction: 'outbound-api',
        From: 'client:101',
        To: `+${call.client}`,
        CallSid: call.id,
      };
      const time = (at: number) => ({ Timestamp: new Date(at).toUTCString() });
      return [
        twilioPost({ ...about, CallStatus: 'in-progress', ...time(call.talked ?? 0) }, call.hook),
        twilioPost(
          { ...about, CallStatus: 'completed', ...time(call.over), CallDuration: String(talkOf(call)) },
          call.hook,
        ),
      ];
    },
  },
};
const NAMES = Object.keys(EXCHANGES);

interface Wait {
  readonly thread: string;
  readonly channel: string;
  readonly opened_at: string;
  readonly outcome: string;
  readonly answered_by: string;
  readonly response_seconds: number;
}

/** The providers' APIs: their lists of calls are empty, all is told by webhook. */
async function startApis() {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const [, name = '', rest = ''] = /^\/(\w+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const asked = {
      url: new URL(rest, 'http://provider'),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    const answer = EXCHANGES[name]?.script.api?.(asked, []) ?? { status: 404, body: '' };
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

it('at every exchange: rings, is missed, is told at once, is called back, is over; and a call that is picked up is told to nobody', async () => {
  const [receiver, apis, port] = [await startReceiver(), await startApis(), await freePort()];
  const hookOf = (name: string) => `http://127.0.0.1:${port}/hooks/${name}`;
  const otklik = await startOtklik({
    env: { PORT: String(port) },
    config: `
version: 1
timezone: Europe/Moscow
public_url: http://127.0.0.1:${port}
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
channels:
${NAMES.map((name) => `  - { id: ${name}, kind: phone, owner: anna, head: vera, ${EXCHANGES[name]?.script.yaml({ hook: hookOf(name), api: `${apis.url}/${name}` })} }`).join('\n')}
notify: { webhook: { url: "${receiver.url}", secret: "${receiver.secret}" } }
`,
  });
  const post = async (name: string, { method = 'POST', path = '', headers = {}, body }: Posting) => {
    const answer = await fetch(hookOf(name) + path, {
      method,
      headers,
      ...(method === 'POST' && { body: body ?? '' }),
    });
    assert.ok(answer.ok, `${name}: HTTP ${answer.status}`);
  };
  const clientOf = (name: string, call: 1 | 2) => `7916${call}00000${NAMES.indexOf(name)}`;
  try {
    const now = unix(Date.now()) * 1_000;
    const times = { rang: now - 20_000, over: now - 8_000 };
    for (const name of NAMES) {
      const { incoming } = EXCHANGES[name] as Exchange;
      const about = { hook: hookOf(name), ...times };
      const missed = { ...about, id: `${name}-101`, client: clientOf(name, 1), talked: null };
      const talked = { ...about, id: `${name}-102`, client: clientOf(name, 2), talked: now - 14_000 };
      for (const each of [...incoming(missed), ...incoming(talked)]) await post(name, each);
    }
    const steps = () => receiver.arrived.filter(({ type }) => type === 'wait.step');
    await until(() => steps().length >= NAMES.length, {
      timeoutMs: 15_000,
      what: 'the word of every missed call',
    });
    for (const { data } of steps())
      assert.deepEqual([data.step, data.stage, data.recipient], [0, 'waiting', 'anna'], String(data.channel));
    assert.deepEqual(
      steps()
        .map(({ data }) => data.channel)
        .sort(),
      NAMES.toSorted(),
    );

    for (const name of NAMES) {
      const { outgoing } = EXCHANGES[name] as Exchange;
      const back = { rang: now - 7_000, talked: now - 6_000, over: now };
      for (const each of outgoing({
        ...back,
        hook: hookOf(name),
        id: `${name}-103`,
        client: clientOf(name, 1),
      }))
        await post(name, each);
    }
    const closed = await until(
      async () => {
        const { items } = (await otklik.api<{ items: Wait[] }>('/waits?state=closed&limit=100')).body;
        return items.length === 2 * NAMES.length && items;
      },
      { timeoutMs: 15_000, what: 'both calls of every exchange are over' },
    );
    for (const name of NAMES) {
      const isSure = EXCHANGES[name]?.byArrival !== true;
      const told = ([1, 2] as const).map((call) => {
        const wait = closed.find(({ thread }) => thread === `+${clientOf(name, call)}`);
        return (
          wait && [
            wait.channel,
            wait.opened_at,
            wait.outcome,
            wait.answered_by,
            ...(isSure ? [wait.response_seconds] : []),
          ]
        );
      });
      const opened = new Date(times.rang).toISOString();
      // Beeline names a phone by its number.
      const by = name === 'beeline' ? '9000000101' : '101';
      assert.deepEqual(told, [
        [name, opened, 'answered', by, ...(isSure ? [14] : [])],
        [name, opened, 'answered', by, ...(isSure ? [6] : [])],
      ]);
    }
    assert.equal(steps().length, NAMES.length, 'nobody is told twice, nor of what was picked up');
  } finally {
    await otklik.stop();
    receiver.close();
    apis.close();
  }
});

const channelOf = (id: string, linked: string, name: string, over: Partial<StoryChannel>): StoryChannel => ({
  name,
  id,
  linked,
  exten: 's',
  ...over,
});

it('at an Asterisk, heard by AMI: the same', async () => {
  const [receiver, peer] = [
    await startReceiver(),
    await AmiPeer.start('otklik', 'the-password-of-this-test'),
  ];
  const otklik = await startOtklik({
    config: `
version: 1
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
channels:
  - { id: line, kind: phone, provider: asterisk, owner: anna, head: vera, account: "otklik@127.0.0.1:${peer.port}", secret: the-password-of-this-test, accounts: { anna: "101" } }
notify: { webhook: { url: "${receiver.url}", secret: "${receiver.secret}" } }
`,
  });
  const now = unix(Date.now()) * 1_000;
  const ring = channelOf('c.1', 'c.1', 'PJSIP/mts-trunk-00000001', {
    caller: CLIENT,
    exten: LINE,
    context: 'from-pstn',
  });
  const own = channelOf('c.2', 'c.2', 'PJSIP/101-00000002', { caller: '101', exten: CLIENT });
  const trunk = channelOf('c.3', 'c.2', 'PJSIP/mts-trunk-00000003', { caller: CLIENT });
  const tell = (
    happenings: readonly (readonly [
      number,
      'starts' | 'answers' | 'enters' | 'leaves' | 'hangsUp',
      StoryChannel,
    ])[],
  ) =>
    peer.tells(
      happenings
        .map(([after, does, channel]): Happening => ({ time: now + after, does, channel }))
        .map(amiFields),
    );
  try {
    await until(() => peer.logins > 0, { timeoutMs: 8_000, what: 'Otklik at the AMI' });
    tell([
      [-20_000, 'starts', ring],
      [-8_000, 'hangsUp', ring],
    ]);
    const told = await until(() => receiver.arrived.find(({ type }) => type === 'wait.step'), {
      timeoutMs: 15_000,
      what: 'the word of the missed call',
    });
    assert.deepEqual([told.data.step, told.data.recipient, told.data.client], [0, 'anna', `+${CLIENT}`]);
    tell([
      [-7_000, 'starts', own],
      [-7_000, 'starts', trunk],
      [-6_000, 'answers', trunk],
      [-6_000, 'enters', trunk],
      [-6_000, 'enters', own],
      [0, 'leaves', own],
      [0, 'hangsUp', trunk],
      [0, 'hangsUp', own],
    ]);
    const closed = await until(
      async () => (await otklik.api<{ items: Wait[] }>('/waits?state=closed')).body.items[0],
      { timeoutMs: 8_000, what: 'the end' },
    );
    assert.deepEqual(
      [closed.thread, closed.opened_at, closed.outcome, closed.answered_by, closed.response_seconds],
      [`+${CLIENT}`, new Date(now - 20_000).toISOString(), 'answered', 'anna', 14],
    );
  } finally {
    await otklik.stop();
    receiver.close();
    await peer.close();
  }
});
