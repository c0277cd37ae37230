import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { mutated } from '../../testing/mutations.ts';
import { serveApi } from '../../testing/serveApi.ts';
import { at, LineWorld } from '../testing/lineWorld.ts';
import { blindMegafonScript, megafonPost, megafonScript } from './testing/script.ts';

const CLIENT = '79160000001';
const LINE = '74951234567';
const ANNA = '79260000101';
const ANSWERED = [`+${CLIENT} 10:00:00 answered 10:00:11 by anna`];

type Fields = Readonly<Record<string, string>>;
/** Arrival time and fields. */
type Happening = readonly [string, Fields];

const live = (time: string, type: string, callid: string, user: string, over: Fields = {}): Happening => [
  time,
  { cmd: 'event', type, callid, user, direction: 'in', phone: CLIENT, ...over },
];
const history = (time: string, callid: string, start: string, over: Fields): Happening => [
  time,
  {
    cmd: 'history',
    type: 'in',
    callid,
    phone: CLIENT,
    start: `20261123T${start.replaceAll(':', '')}Z`,
    ...over,
  },
];

/** Anna answers the client at 10:00:11 and talks until `end`. */
const FROM_OUTSIDE = { diversion: LINE };
const annaTalks = [
  live('10:00:00', 'INCOMING', 'a', 'anna', FROM_OUTSIDE),
  live('10:00:11', 'ACCEPTED', 'a', 'anna', { ...FROM_OUTSIDE, telnum: ANNA }),
];
const annaTalked = (end: string, seconds: number) =>
  history(end, 'a', '10:00:00', {
    ...FROM_OUTSIDE,
    status: 'Success',
    user: 'anna',
    wait: '11',
    duration: String(seconds),
  });
/** From 10:01:00 she consults Boris. */
const borisRings = (over: Fields = {}) => live('10:01:00', 'INCOMING', 'b', 'boris', over);
const borisMissed = (over: Fields = {}) =>
  history('10:01:20', 'b', '10:01:00', {
    status: 'missed',
    user: 'boris',
    wait: '20',
    duration: '0',
    ...over,
  });
const borisTalked = history('10:03:00', 'b', '10:01:00', {
  status: 'Success',
  user: 'boris',
  wait: '5',
  duration: '115',
});
const passedOn = (time: string) => live(time, 'TRANSFERRED', 'a', 'anna', { second_callid: 'b' });

const STORIES: readonly {
  readonly what: string;
  readonly happens: readonly Happening[];
  readonly waits: readonly string[];
}[] = [
  {
    what: 'Anna asks Boris and puts the client through: one talk',
    happens: [
      ...annaTalks,
      borisRings(),
      live('10:01:05', 'ACCEPTED', 'b', 'boris'),
      passedOn('10:01:30'),
      annaTalked('10:01:30', 79),
      borisTalked,
    ],
    waits: ANSWERED,
  },
  {
    what: 'Anna asks Boris, who does not pick up, and goes on with the client',
    happens: [
      ...annaTalks,
      borisRings(),
      live('10:01:20', 'CANCELLED', 'b', 'boris'),
      borisMissed(),
      live('10:02:11', 'COMPLETED', 'a', 'anna'),
      annaTalked('10:02:11', 120),
    ],
    waits: ANSWERED,
  },
  {
    what: 'the client is passed on while Boris’s telephone rings, and he does not pick up: they wait',
    happens: [
      ...annaTalks,
      borisRings(),
      passedOn('10:01:10'),
      annaTalked('10:01:10', 59),
      borisMissed({ diversion: LINE }),
    ],
    waits: [...ANSWERED, `+${CLIENT} 10:01:00 missed 10:01:20 waits`],
  },
  {
    what: 'the same, where the history has no number of ours',
    happens: [...annaTalks, borisRings(), passedOn('10:01:10'), annaTalked('10:01:10', 59), borisMissed()],
    waits: [...ANSWERED, `+${CLIENT} 10:01:00 missed 10:01:20 waits`],
  },
  {
    what: 'the client is passed on unasked to Boris, who does not pick up: they wait',
    happens: [...annaTalks, annaTalked('10:01:00', 49), borisRings(), borisMissed()],
    waits: [...ANSWERED, `+${CLIENT} 10:01:00 missed 10:01:20 waits`],
  },
  {
    what: 'the client is passed on unasked to Boris, who picks up: one talk',
    happens: [...annaTalks, borisRings(), passedOn('10:01:00'), annaTalked('10:01:00', 49), borisTalked],
    waits: ANSWERED,
  },
  {
    what: 'a second person of the same company calls meanwhile, and is missed: they wait',
    happens: [...annaTalks, borisRings(FROM_OUTSIDE), borisMissed(FROM_OUTSIDE), annaTalked('10:02:11', 120)],
    waits: [...ANSWERED, `+${CLIENT} 10:01:00 missed 10:01:20 waits`],
  },
  {
    what: 'Anna asks Boris, who sees her own number',
    happens: [
      ...annaTalks,
      borisRings({ phone: ANNA }),
      borisMissed({ phone: ANNA }),
      annaTalked('10:02:11', 120),
    ],
    waits: ANSWERED,
  },
];

const keys = (api: string) => megafonScript.yaml({ hook: 'https://otklik.example.ru/hooks/line', api });
const post = (world: LineWorld, [time, fields]: Happening) => world.post(megafonPost(fields), at(time));

describe('MegaFon, the client of a talk is passed on', () => {
  for (const { what, happens, waits } of STORIES)
    for (const numbers of ['', `, numbers: ["+${LINE}"]`])
      it(`${what}${numbers && ', by the number of the line'}`, async () => {
        const world = new LineWorld(keys('http://127.0.0.1:9') + numbers, '', 'nothing');
        for (const each of happens) assert.ok((await post(world, each)) < 300);
        assert.deepEqual(world.told(), waits);
        assert.deepEqual(world.faults, []);
        for (const each of happens) await post(world, each);
        assert.deepEqual(world.told(), waits, 'again');
      });

  it('nobody is told to wait while Anna asks Boris', async () => {
    const world = new LineWorld(keys('http://127.0.0.1:9'), '', 'nothing');
    for (const each of [...annaTalks, borisRings(), borisMissed()]) await post(world, each);
    assert.deepEqual(world.told(), [`+${CLIENT} 10:00:00 answered 10:00:11 by anna`]);
  });

  it('without a list whoever may have been passed on waits, until the talk shows that they were not', async () => {
    const blind = blindMegafonScript.yaml({ hook: '', api: '' });
    for (const { what, happens, waits } of STORIES) {
      const world = new LineWorld(blind, '', 'nothing');
      for (const each of happens) await post(world, each);
      assert.deepEqual(world.told(), waits, what);
    }
    const world = new LineWorld(blind, '', 'nothing');
    for (const each of [...annaTalks, borisRings(), borisMissed()]) await post(world, each);
    assert.deepEqual(world.told(), [
      `+${CLIENT} 10:00:00 answered 10:00:11 by anna`,
      `+${CLIENT} 10:01:00 waits`,
    ]);
  });

  it('an exchange that tells no numbers of ours has every call counted', async () => {
    const { happens } = STORIES[1] ?? assert.fail();
    const world = new LineWorld(keys('http://127.0.0.1:9'), '', 'nothing');
    for (const [time, fields] of happens) await post(world, [time, { ...fields, diversion: '' }]);
    assert.equal(world.told().length, 2);
  });

  it('what is posted in another order comes to the same in the end', async () => {
    const { happens, waits } = STORIES[1] ?? assert.fail();
    const world = new LineWorld(keys('http://127.0.0.1:9'), '', 'nothing');
    for (const each of happens.toReversed()) await post(world, each);
    assert.deepEqual(world.told(), waits);
  });

  it('where the database is away nobody is lost', async () => {
    const { happens } = STORIES[1] ?? assert.fail();
    const world = new LineWorld(keys('http://127.0.0.1:9'));
    for (const each of happens) assert.ok((await post(world, each)) < 300);
    assert.equal(world.told().length, 2);
  });

  it('a list tells the same, also while Anna talks on', async () => {
    const row = (uid: string, start: string, over: object) => ({
      uid,
      type: 'in',
      client: CLIENT,
      start: `2026-11-23T${start}Z`,
      ...over,
    });
    const anna = row('a', '10:00:00', {
      status: 'success',
      user: 'anna',
      diversion: LINE,
      wait: 11,
      duration: 120,
    });
    const boris = row('b', '10:01:00', { status: 'missed', user: 'boris', wait: 20, duration: 0 });
    let rows = [boris];
    const served = await serveApi(() => ({ body: JSON.stringify(rows) }));
    try {
      const world = new LineWorld(keys(served.root), '', 'nothing');
      for (const each of annaTalks) await post(world, each);
      await world.look({ now: at('10:01:30') });
      assert.deepEqual(world.told(), [`+${CLIENT} 10:00:00 answered 10:00:11 by anna`]);
      rows = [anna, boris];
      await world.look({ now: at('10:03:00') });
      assert.deepEqual(world.told(), ANSWERED);
      const fresh = new LineWorld(keys(served.root), '', 'nothing');
      await fresh.look({ now: at('10:03:00') });
      assert.deepEqual(fresh.told(), ANSWERED);
    } finally {
      await served.close();
    }
  });

  it('nothing that is destroyed breaks the reader, nor what it remembers', async () => {
    const bodies = (STORIES[0]?.happens ?? []).map(([, fields]) => fields);
    const world = new LineWorld(keys('http://127.0.0.1:9'), '', 'nothing');
    const told = (told: unknown): Fields =>
      Object.fromEntries(
        Object.entries(Object(told)).map(([name, value]) => [
          name,
          (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).toWellFormed(),
        ]),
      );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bodies).chain(mutated), async (body) => {
        assert.equal(await world.post(megafonPost(told(body)), at('10:05:00')), 200);
      }),
      { numRuns: 1_000 },
    );
    const fresh = new LineWorld(keys('http://127.0.0.1:9'), '', world);
    await post(fresh, history('10:06:20', 'z', '10:06:00', { status: 'missed', phone: '79160000009' }));
    assert.deepEqual(fresh.told(), ['+79160000009 10:06:00 missed 10:06:00 waits']);
  });

  it('between colleagues nothing is said', async () => {
    const world = new LineWorld(keys('http://127.0.0.1:9'), '', 'nothing');
    await post(
      world,
      live('10:00:00', 'INCOMING', 'i', 'boris', { direction: 'internal', phone: '79260000102' }),
    );
    await post(
      world,
      history('10:00:20', 'i', '10:00:00', { type: 'internal', status: 'missed', phone: '79260000102' }),
    );
    assert.deepEqual([world.told(), world.faults], [[], []]);
  });
});
