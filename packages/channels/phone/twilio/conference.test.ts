import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { serveApi } from '../../testing/serveApi.ts';
import { at, LineWorld } from '../testing/lineWorld.ts';
import { clientOf } from '../testing/listedRows.ts';
import { twilioPost, twilioScript } from './testing/script.ts';

const HOOK = 'https://otklik.example.ru/hooks/line';
const [CLIENT, SECOND] = [`+${clientOf(1)}`, `+${clientOf(2)}`];
const LINE = '+74951234567';
const MOBILE = '+79031112233';
const BOB = 'client:bob';

type Fields = Readonly<Record<string, string>>;
/** Time and posted fields. */
type Happening = readonly [string, Fields];

const client = (time: string, CallStatus: string, over: Fields = {}): Happening => [
  time,
  {
    CallSid: 'CAclient',
    CallStatus,
    Direction: 'inbound',
    From: CLIENT,
    To: LINE,
    ...(CallStatus === 'completed' && { CallDuration: String((at(time) - at('10:00:01')) / 1_000) }),
    ...over,
  },
];
const agent = (time: string, CallStatus: string, over: Fields = {}): Happening => [
  time,
  { CallSid: 'CAagent', CallStatus, Direction: 'outbound-api', From: LINE, To: BOB, ...over },
];
const conference = (
  time: string,
  StatusCallbackEvent: string,
  CallSid: string,
  over: Fields = {},
): Happening => [
  time,
  {
    ConferenceSid: 'CF1',
    FriendlyName: 'WT1',
    StatusCallbackEvent,
    CallSid,
    Muted: 'false',
    Hold: 'false',
    Coaching: 'false',
    SequenceNumber: '2',
    ...over,
  },
];
const IN = [client('10:00:00', 'ringing'), client('10:00:01', 'in-progress')];
const RUNG = [agent('10:00:06', 'ringing'), agent('10:00:12', 'in-progress')];
const over = (seconds: number): Fields => ({ CallDuration: String(seconds) });

const ANSWERED = [`${CLIENT} 10:00:00 answered 10:00:12 by bob`];

const STORIES: readonly {
  readonly what: string;
  readonly happens: readonly Happening[];
  readonly waits: readonly string[];
}[] = [
  {
    what: 'a talk of minutes with a colleague whom the API called: the colleague hangs up',
    happens: [...IN, ...RUNG, agent('10:03:12', 'completed', over(180)), client('10:03:13', 'completed')],
    waits: ANSWERED,
  },
  {
    what: 'a talk of minutes: the client hangs up',
    happens: [...IN, ...RUNG, client('10:03:12', 'completed'), agent('10:03:14', 'completed', over(182))],
    waits: ANSWERED,
  },
  {
    what: 'a short talk, of which both ends are one',
    happens: [...IN, ...RUNG, client('10:00:32', 'completed'), agent('10:00:33', 'completed', over(21))],
    waits: ANSWERED,
  },
  {
    what: 'a colleague on a mobile that accounts name',
    happens: [
      ...IN,
      ...RUNG.map(([time, fields]): Happening => [time, { ...fields, To: MOBILE }]),
      agent('10:03:12', 'completed', { ...over(180), To: MOBILE }),
      client('10:03:13', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 answered 10:00:12 by ${MOBILE}`],
  },
  {
    what: 'a colleague whose telephone rings in vain: missed',
    happens: [
      ...IN,
      agent('10:00:06', 'ringing'),
      agent('10:00:26', 'no-answer'),
      client('10:00:40', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 missed 10:00:40 waits`],
  },
  {
    what: 'a colleague who leaves after seconds, while the client waits on: missed',
    happens: [...IN, ...RUNG, agent('10:00:20', 'completed', over(8)), client('10:01:00', 'completed')],
    waits: [`${CLIENT} 10:00:00 missed 10:01:00 waits`],
  },
  {
    what: 'a machine that takes the colleague’s leg: missed',
    happens: [
      ...IN,
      agent('10:00:12', 'in-progress'),
      agent('10:03:12', 'completed', { ...over(180), AnsweredBy: 'machine_start' }),
      client('10:03:13', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 missed 10:03:13 waits`],
  },
  {
    what: 'a colleague who is put through to somebody else by a click: missed',
    happens: [
      ...IN,
      ...RUNG,
      [
        '10:00:14',
        {
          CallSid: 'CAchild',
          ParentCallSid: 'CAagent',
          CallStatus: 'ringing',
          Direction: 'outbound-dial',
          From: LINE,
          To: SECOND,
        },
      ],
      agent('10:03:12', 'completed', over(180)),
      client('10:03:13', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 missed 10:03:13 waits`],
  },
  {
    what: 'a colleague called from another number of ours: missed, because nothing joins the two',
    happens: [
      ...IN,
      ...RUNG.map(([time, fields]): Happening => [time, { ...fields, From: '+74957654321' }]),
      agent('10:03:12', 'completed', { ...over(180), From: '+74957654321' }),
      client('10:03:13', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 missed 10:03:13 waits`],
  },
  {
    what: 'two clients at once and one colleague: the one whose call ended with the talk has been answered',
    happens: [
      ...IN,
      client('10:00:02', 'in-progress', { CallSid: 'CAsecond', From: SECOND }),
      ...RUNG,
      client('10:01:30', 'completed', { CallSid: 'CAsecond', From: SECOND }),
      agent('10:03:12', 'completed', over(180)),
      client('10:03:13', 'completed'),
    ],
    waits: [...ANSWERED, `${SECOND} 10:00:02 missed 10:01:30 waits`],
  },
  {
    what: 'another client at once, with whom somebody else talks whom TwiML dialled',
    happens: [
      ...IN,
      client('10:00:02', 'in-progress', { CallSid: 'CAsecond', From: SECOND }),
      ...(
        [
          ['10:00:10', 'in-progress', {}],
          ['10:05:00', 'completed', over(290)],
        ] as const
      ).map(
        ([time, CallStatus, length]): Happening => [
          time,
          {
            CallSid: 'CAchild',
            ParentCallSid: 'CAsecond',
            CallStatus,
            Direction: 'outbound-dial',
            From: SECOND,
            To: 'sip:102@acme.sip.twilio.com',
            ...length,
          },
        ],
      ),
      ...RUNG,
      agent('10:03:12', 'completed', over(180)),
      client('10:03:40', 'completed'),
      client('10:05:00', 'completed', { CallSid: 'CAsecond', From: SECOND }),
    ],
    waits: [...ANSWERED, `${SECOND} 10:00:02 answered 10:00:10 by 102`],
  },
  {
    what: 'by the conference’s callbacks: from the second in which both were in it, whatever the numbers',
    happens: [
      ...IN,
      conference('10:00:02', 'participant-join', 'CAclient'),
      agent('10:00:12', 'in-progress', { From: '+74957654321' }),
      conference('10:00:15', 'participant-join', 'CAagent'),
      conference('10:01:15', 'participant-leave', 'CAagent'),
      agent('10:01:15', 'completed', { ...over(63), From: '+74957654321' }),
      client('10:02:00', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 answered 10:00:15 by bob`],
  },
  {
    what: 'by the conference’s callbacks alone, of somebody whose own call posts nothing',
    happens: [
      ...IN,
      conference('10:00:02', 'participant-join', 'CAclient'),
      conference('10:00:15', 'participant-join', 'CAunknown'),
      conference('10:01:15', 'participant-leave', 'CAclient'),
      client('10:01:15', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 answered 10:00:15`],
  },
  {
    what: 'alone in the conference, with a head who listens: missed',
    happens: [
      ...IN,
      conference('10:00:02', 'participant-join', 'CAclient'),
      conference('10:00:15', 'participant-join', 'CAhead', { Muted: 'true' }),
      client('10:02:00', 'completed'),
    ],
    waits: [`${CLIENT} 10:00:00 missed 10:02:00 waits`],
  },
  {
    what: 'two clients in one conference with a colleague: both are answered',
    happens: [
      ...IN,
      client('10:00:02', 'in-progress', { CallSid: 'CAsecond', From: SECOND }),
      conference('10:00:02', 'participant-join', 'CAclient'),
      conference('10:00:03', 'participant-join', 'CAsecond'),
      agent('10:00:12', 'in-progress'),
      conference('10:00:12', 'participant-join', 'CAagent'),
      client('10:01:12', 'completed'),
      client('10:01:12', 'completed', { CallSid: 'CAsecond', From: SECOND }),
      agent('10:01:12', 'completed', over(60)),
    ],
    waits: [...ANSWERED, `${SECOND} 10:00:02 answered 10:00:12 by bob`],
  },
];

const keys = (api = 'http://127.0.0.1:9') =>
  `${twilioScript.yaml({ hook: HOOK, api })}, accounts: { olga: "${MOBILE}" }`;
const NUMBERS = ['', `, numbers: ["${LINE}", "+74957654321"]`];
const post = (world: LineWorld, [time, fields]: Happening, receivedAt = at(time)) =>
  world.post(twilioPost({ ...fields, Timestamp: new Date(at(time)).toUTCString() }, HOOK), receivedAt);
const LATE = at('10:05:00');

function rowsOf(happens: readonly Happening[]) {
  const calls = Map.groupBy(
    happens.filter(([, { CallStatus }]) => CallStatus !== undefined),
    ([, { CallSid }]) => CallSid,
  );
  return [...calls].map(([sid, told]) => {
    const [first, last] = [told[0] ?? assert.fail(), told.at(-1) ?? assert.fail()];
    const {
      From,
      To,
      Direction,
      ParentCallSid = null,
      CallStatus,
      AnsweredBy = null,
    } = { ...first[1], ...last[1] };
    return {
      sid,
      parent_call_sid: ParentCallSid,
      from: From,
      to: To,
      direction: Direction,
      status: CallStatus,
      start_time: new Date(at(first[0])).toUTCString(),
      end_time: new Date(at(last[0])).toUTCString(),
      duration: last[1].CallDuration ?? '0',
      answered_by: AnsweredBy,
    };
  });
}

async function withRows(rows: readonly object[], play: (api: string) => Promise<void>): Promise<void> {
  const served = await serveApi(() => ({ body: JSON.stringify({ calls: rows, next_page_uri: null }) }));
  try {
    await play(served.root);
  } finally {
    await served.close();
  }
}

describe('Twilio, a call that is put into a conference', () => {
  for (const { what, happens, waits } of STORIES)
    for (const numbers of NUMBERS)
      it(`${what}${numbers && ', by our numbers'}`, () =>
        withRows(rowsOf(happens), async (api) => {
          for (const after of ['nothing', 'no database'] as const)
            for (const order of [happens, happens.toReversed()]) {
              const world = new LineWorld(keys(api) + numbers, '', after);
              for (const each of order) assert.equal(await post(world, each, LATE), 204);
              await world.look({ now: LATE });
              assert.deepEqual(world.told(), waits, after);
              for (const each of order) await post(world, each, LATE);
              assert.deepEqual(world.told(), waits, `${after}, again`);
              assert.deepEqual(world.faults, []);
            }
        }));

  it('nobody is told to have missed a talk, nor to have had one that no conference tells', async () => {
    for (const { what, happens, waits } of STORIES) {
      const world = new LineWorld(keys(), '', 'nothing');
      for (const each of happens) await post(world, each);
      const isTold = happens.some(([, { ConferenceSid }]) => ConferenceSid !== undefined);
      const told = world.told();
      if (isTold) assert.deepEqual(told, waits, what);
      else {
        assert.doesNotMatch(told.join(), /answered \S+ by (bob|\+)/, what);
        if (waits.join() === ANSWERED.join()) assert.deepEqual(told, [`${CLIENT} 10:00:00 waits`], what);
      }
    }
  });

  it('is read by another process with the same memory', async () => {
    const { happens } = STORIES[0] ?? assert.fail();
    const first = new LineWorld(keys(), '', 'nothing');
    for (const each of happens.slice(0, -2)) await post(first, each);
    const second = new LineWorld(keys(), '', first);
    for (const each of happens.slice(-2)) await post(second, each);
    second.events.push(...first.events);
    assert.deepEqual(second.told(), [`${CLIENT} 10:00:00 waits`]);
  });

  it('of a leg that turns out to have been none the end is told at once', async () => {
    const world = new LineWorld(keys(), '', 'nothing');
    for (const each of [...IN, ...RUNG, client('10:00:32', 'completed')]) await post(world, each);
    assert.deepEqual(world.told(), [`${CLIENT} 10:00:00 waits`]);
    await post(world, agent('10:00:50', 'completed', over(38)));
    assert.deepEqual(world.told(), [`${CLIENT} 10:00:00 missed 10:00:32 waits`]);
  });
});

const row = (sid: string, times: [string, string | null], over: object) => ({
  sid,
  parent_call_sid: null,
  from: CLIENT,
  to: LINE,
  direction: 'inbound',
  status: times[1] === null ? 'in-progress' : 'completed',
  start_time: new Date(at(times[0])).toUTCString(),
  end_time: times[1] === null ? null : new Date(at(times[1])).toUTCString(),
  duration: times[1] === null ? null : String((at(times[1]) - at(times[0])) / 1_000),
  ...over,
});
const bobs = (times: [string, string | null], over: object = {}) =>
  row('CAagent', times, { from: LINE, to: BOB, direction: 'outbound-api', ...over });

describe('Twilio’s list, of a call that is put into a conference', () => {
  const looked = async (now: string, rows: readonly object[], world?: (api: string) => LineWorld) => {
    let told: string[] = [];
    await withRows(rows, async (api) => {
      const each = world?.(api) ?? new LineWorld(keys(api), '', 'nothing');
      await each.look({ now: at(now) });
      told = each.told();
    });
    return told;
  };

  it('tells the talk when it is over', async () => {
    const rows = [
      row('CAclient', ['10:00:00', '10:03:13'], {}),
      bobs(['10:00:06', '10:03:12'], { duration: '180' }),
    ];
    assert.deepEqual(await looked('10:04:00', rows), ANSWERED);
  });

  it('tells that it goes on once nobody was put through', async () => {
    const rows = [row('CAclient', ['10:00:00', null], {}), bobs(['10:00:06', null])];
    assert.deepEqual(await looked('10:00:20', rows), [`${CLIENT} 10:00:00 waits`]);
    assert.deepEqual(await looked('10:01:00', rows), [`${CLIENT} 10:00:00 answered 10:00:06 by bob`]);
    const click = row('CAchild', ['10:00:08', null], {
      parent_call_sid: 'CAagent',
      from: LINE,
      to: SECOND,
      direction: 'outbound-dial',
    });
    assert.match(
      (await looked('10:01:00', [...rows, click])).join(),
      new RegExp(`\\${CLIENT} 10:00:00 waits`),
    );
  });

  it('takes back what turns out to have been none, and knows from what was posted when it was picked up', async () => {
    const served = new LineWorld(keys(), '', 'nothing');
    for (const each of [...IN, ...RUNG]) await post(served, each);
    const going = [row('CAclient', ['10:00:00', null], {}), bobs(['10:00:06', null])];
    const again = (api: string) => {
      const world = new LineWorld(keys(api), '', served);
      world.events.push(...served.events);
      return world;
    };
    assert.deepEqual(await looked('10:00:40', going, again), ANSWERED);
    const ended = [
      row('CAclient', ['10:00:00', '10:01:30'], {}),
      bobs(['10:00:06', '10:00:45'], { duration: '33' }),
    ];
    assert.deepEqual(await looked('10:04:00', ended, again), [`${CLIENT} 10:00:00 missed 10:01:30 waits`]);
  });

  it('tells a call missed that ended a minute ago, though a leg goes on that may have been its talk', async () => {
    const rows = [row('CAclient', ['10:00:00', '10:00:32'], {}), bobs(['10:00:06', null])];
    assert.deepEqual(await looked('10:00:50', rows), [`${CLIENT} 10:00:00 waits`]);
    assert.deepEqual(await looked('10:02:00', rows), [`${CLIENT} 10:00:00 missed 10:00:32 waits`]);
  });
});
