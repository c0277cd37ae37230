import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { RECONCILE_PACE } from '../provider/reconcile.ts';
import { contractConfig } from '../testing/contractConfig.ts';
import { serveApi } from '../testing/serveApi.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { feedOf } from './channel.ts';
import { mangoEvent, mangoScript } from './mango/testing/script.ts';
import { megafonPost, megafonScript } from './megafon/testing/script.ts';
import { onlinepbxPost, onlinepbxScript } from './onlinepbx/testing/script.ts';
import { sipuniPost, sipuniScript } from './sipuni/testing/script.ts';
import { rememberStrays } from './strayLines.ts';
import { at, LineWorld } from './testing/lineWorld.ts';
import { clientOf } from './testing/listedRows.ts';
import { LISTS } from './testing/lists.ts';
import type { PhoneScript, Posting } from './testing/phoneProvider.ts';
import { twilioPost, twilioScript } from './twilio/testing/script.ts';
import { uisPost, uisScript } from './uis/testing/script.ts';
import { zadarmaPost, zadarmaScript } from './zadarma/testing/script.ts';

const HOOK = 'https://otklik.example.ru/hooks/line';
const CLIENT = clientOf(1);
const NAMED = 'sip:site-7@vpbx400000001.mangosip.ru';
const MISSED = [`+${CLIENT} 10:00:00 missed 10:00:20 waits`];
const [from, to] = [at('10:00:00') / 1_000, at('10:00:20') / 1_000];
const DAY = 86_400_000;

const bareKeysOf = (script: PhoneScript, api?: string) => {
  const [name = ''] = Object.entries(LISTS).find(([, each]) => each.script === script) ?? [];
  return script.yaml({ hook: HOOK, api: api ?? roots.get(name) ?? assert.fail() });
};
const keysOf = (script: PhoneScript, numbers: string, api?: string) =>
  `${bareKeysOf(script, api)}, numbers: [${numbers}]`;

/** For each exchange, an API with an empty list. */
const roots = new Map<string, string>();
const closing: (() => Promise<void>)[] = [];
beforeAll(async () => {
  for (const [name, { list }] of Object.entries(LISTS)) {
    const { root, close } = await serveApi(list([]));
    roots.set(name, root);
    closing.push(close);
  }
});
afterAll(() => Promise.all(closing.map((close) => close())));

/** A missed call on a line, as each exchange posts it. Beeline and Bitrix24 post no line. */
const POSTED: Readonly<Record<string, readonly [PhoneScript, (line: string) => Posting]>> = {
  mango: [
    mangoScript,
    (line_number) =>
      mangoEvent('/events/summary', {
        entry_id: 'e1',
        call_direction: 1,
        from: { number: CLIENT },
        to: {},
        line_number,
        create_time: from,
        talk_time: 0,
        end_time: to,
      }),
  ],
  zadarma: [
    zadarmaScript,
    (called_did) =>
      zadarmaPost(
        {
          event: 'NOTIFY_START',
          pbx_call_id: 'in_1',
          call_start: '2026-11-23 13:00:00',
          caller_id: CLIENT,
          called_did,
        },
        ['caller_id', 'called_did', 'call_start'],
      ),
  ],
  uis: [
    uisScript,
    (line) => uisPost({ event: 'ringing', at: from, call: 1, line, client: CLIENT, employee: null, talk: 0 }),
  ],
  megafon: [
    megafonScript,
    (diversion) =>
      megafonPost({
        cmd: 'history',
        type: 'in',
        status: 'missed',
        callid: 'c1',
        phone: CLIENT,
        diversion,
        start: '20261123T100000Z',
        wait: '20',
        duration: '0',
      }),
  ],
  sipuni: [
    sipuniScript,
    (pbxdstnum) =>
      sipuniPost({
        event: '1',
        call_id: 'c1',
        src_num: CLIENT,
        src_type: '1',
        pbxdstnum,
        timestamp: String(from),
      }),
  ],
  onlinepbx: [
    onlinepbxScript,
    (gateway) =>
      onlinepbxPost({
        event: 'call_start',
        direction: 'inbound',
        uuid: 'u1',
        caller: CLIENT,
        callee: '101',
        gateway,
        date: String(from),
      }),
  ],
  twilio: [
    twilioScript,
    (line) =>
      twilioPost(
        {
          CallSid: 'CA1',
          CallStatus: 'ringing',
          Direction: 'inbound',
          From: `+${CLIENT}`,
          To: line,
          Timestamp: new Date(at('10:00:00')).toUTCString(),
        },
        HOOK,
      ),
  ],
};

describe.each(Object.entries(POSTED))('a call on a line with a name, posted by %s', (_, [script, ring]) => {
  const number = '"+74950000001"';

  it('is of the channel that it was posted to, and told as a gap until the name is listed', async () => {
    const world = new LineWorld(keysOf(script, number), '', 'nothing');
    assert.ok((await world.post(ring(NAMED))) < 300);
    assert.match(world.told().join(), new RegExp(`^\\+${CLIENT} 10:00:00`));
    const listed = new LineWorld(keysOf(script, `${number}, "${NAMED}"`), '', 'nothing');
    await listed.post(ring(NAMED));
    assert.deepEqual(listed.told(), world.told());
    for (const [each, gap] of [
      [world, true],
      [listed, false],
      [new LineWorld(keysOf(script, `${number}, SITE-7`), '', world), false],
    ] as const)
      assert.equal(await saysOf(each, 'site-7'), gap);
  });

  it('is taken as any other where no numbers are given, and where the database is away', async () => {
    for (const keys of [bareKeysOf(script), keysOf(script, number)]) {
      const world = new LineWorld(keys);
      await world.post(ring(NAMED));
      assert.match(world.told().join(), new RegExp(`^\\+${CLIENT} 10:00:00`));
    }
  });

  it('is of no channel where the line is a number that nobody lists, and that is told', async () => {
    const world = new LineWorld(keysOf(script, number), '', 'nothing');
    await world.post(ring('74950000009'));
    assert.deepEqual(world.told(), []);
    assert.ok(await saysOf(world, 'calls to the number 74950000009 are seen by no channel'));
  });

  it('is of the channel whose number it is, in whatever way it is written', async () => {
    for (const line of ['74950000001', '+7 495 000-00-01', '84950000001', 'sip:74950000001@10.0.0.9']) {
      const world = new LineWorld(keysOf(script, number), '', 'nothing');
      await world.post(ring(line));
      assert.equal(world.told().length, 1, line);
      assert.equal(await saysOf(world, 'line|number 7'), false, line);
    }
  });
});

async function saysOf(world: LineWorld, text: string): Promise<boolean> {
  const { isRead, gaps } = await world.look();
  assert.ok(isRead, gaps.join());
  return gaps.some((gap) => new RegExp(text).test(gap) && /numbers/.test(gap));
}

describe('a line with a name', () => {
  const SALES = '"+74950000001"';
  const ring = POSTED.mango?.[1] as (line: string) => Posting;

  it('goes to the channel of all others, without a gap, where there is one', async () => {
    const others = `{ id: rest, kind: phone, owner: olga, ${bareKeysOf(mangoScript)} }`;
    const world = new LineWorld(keysOf(mangoScript, SALES), others, 'nothing');
    await world.post(ring(NAMED));
    assert.deepEqual([...new Set(world.events.map(({ channel }) => channel))], ['rest']);
    assert.equal(await saysOf(world, 'site-7'), false);
  });

  it('is told by the feed of the account, to whichever channel of it the call was posted', async () => {
    const second = keysOf(mangoScript, '"+74950000002"');
    const world = new LineWorld(
      second,
      `{ id: a, kind: phone, owner: olga, ${second.replace('2"', '3"')} }`,
      'nothing',
    );
    await world.post(ring(NAMED));
    const { gaps } = await world.look();
    assert.match(
      gaps.join(),
      /calls to the line sip:site-7@vpbx400000001\.mangosip\.ru go to the channel line.*add it to numbers/,
    );
  });

  it('is spoken of for a week', async () => {
    const world = new LineWorld(keysOf(mangoScript, SALES), '', 'nothing');
    await world.post(ring(NAMED));
    const now = at('11:00:00');
    const says = async (days: number) =>
      (await world.look({ now: now + days * DAY })).gaps.join().includes('site-7');
    assert.deepEqual([await says(6), await says(8), await says(6)], [true, false, false]);
  });

  it('in a list is told as well, with the call', async () => {
    const { script, list, missed } = LISTS.onlinepbx ?? assert.fail();
    const served = await serveApi(list([{ ...missed(1), gateway: 'office-trunk-2' }]));
    try {
      const world = new LineWorld(keysOf(script, SALES, served.root), '', 'nothing');
      const { gaps } = await world.look();
      assert.deepEqual(world.told(), MISSED);
      assert.match(gaps.join(), /calls to the line office-trunk-2 go to the channel line/);
    } finally {
      await served.close();
    }
  });

  it('is told of an exchange that has no list, too', async () => {
    const keys = `provider: uis, key: "the-key-of-this-test-1", numbers: [${SALES}]`;
    const world = new LineWorld(keys, '', 'nothing');
    await world.post(POSTED.uis?.[1](NAMED) ?? assert.fail());
    const { gaps } = await world.look();
    assert.match(gaps.join('\n'), /set token.*\n.*calls to the line sip:site-7/);
  });

  it('is told of an Asterisk, beside what else is said of it', async () => {
    const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, provider: asterisk, account: "a@127.0.0.1:9", secret: s-s-s-s, numbers: [${SALES}] }]
`);
    const channel = config.channels.get('line');
    assert.ok(channel?.kind === 'phone');
    const world = new TestWorld();
    await rememberStrays(world.memory, [{ line: '56789', channel: 'line' }], world.now());
    const [feed] = feedOf(channel, config, { ...RECONCILE_PACE, firstBackoffMs: 1, maxBackoffMs: 1 });
    const listener = feed?.start(world);
    try {
      await until(() => world.gaps.join().includes('line 56789'), { what: 'the gap' });
      assert.match(world.gaps.join(), /give cdr/);
    } finally {
      listener?.stop();
      await listener?.done;
    }
  });

  it('that dials out is a colleague’s, and no gap', async () => {
    const world = new LineWorld(keysOf(twilioScript, SALES), '', 'nothing');
    const fields = { CallSid: 'CA2', CallStatus: 'ringing', Direction: 'outbound-api', From: 'client:anna' };
    await world.post(twilioPost({ ...fields, To: `+${CLIENT}` }, HOOK));
    assert.equal(world.events.length, 1);
    assert.equal(await saysOf(world, 'anna'), false);
  });

  it('of which digits are a part makes neither an extension nor a client’s number', async () => {
    const world = new LineWorld(keysOf(mangoScript, SALES), '', 'nothing');
    const summary = (number: string) =>
      mangoEvent('/events/summary', {
        entry_id: number,
        call_direction: 1,
        from: { number },
        to: {},
        line_number: '74950000001',
        create_time: from,
        talk_time: 0,
        end_time: to,
      });
    for (const caller of ['sip:site-7@vpbx400000001.mangosip.ru', 'ivan7']) await world.post(summary(caller));
    assert.deepEqual(
      world.events.map(({ author }) => author.phone),
      [null, null, null, null],
    );
    await world.post(summary('sip:101@vpbx400000001.mangosip.ru'));
    assert.equal(world.events.length, 4, 'between an extension and a line nobody waits');
  });
});
