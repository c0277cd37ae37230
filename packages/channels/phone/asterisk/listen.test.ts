import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { foldPolicyOf, foldWaits } from '@otklik/domain';
import { until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { contractConfig } from '../../testing/contractConfig.ts';
import { TestWorld } from '../../testing/testWorld.ts';
import { feedOf } from '../channel.ts';
import { AmiPeer } from './testing/amiPeer.ts';
import { mariaDbDatabase } from './testing/mariaDb.ts';
import { amiFields, cdrRow, celOf, type Happening, type StoryChannel } from './testing/story.ts';
import { AsteriskTables, FREEPBX } from './testing/tables.ts';

const PACE = {
  everyMs: 50,
  overlapMs: 900_000,
  sweepMs: 900_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};
const CLIENT = '79160000001';
const PASSWORD = 'the-password-of-this-test';
const BEGAN = Math.floor(Date.now() / 1_000) * 1_000 - 600_000;
const after_ = (second: number): number => BEGAN + second * 1_000;

const channelOf = (id: string, over: Partial<StoryChannel> = {}): StoryChannel => ({
  name: 'PJSIP/mts-trunk-00000001',
  id,
  linked: id,
  caller: CLIENT,
  exten: '74951234567',
  context: 'from-pstn',
  ...over,
});
const telephoneOf = (call: string, name = '101'): StoryChannel => ({
  name: `PJSIP/${name}-00000002`,
  id: `${call}.${name}`,
  linked: call,
});

describe('Asterisk by AMI', () => {
  let peer: AmiPeer;
  let port: number;
  let world: TestWorld;
  let stop: () => Promise<void> = async () => {};

  beforeEach(async () => {
    peer = await AmiPeer.start('otklik', PASSWORD);
    port = peer.port;
    world = new TestWorld();
  });
  afterEach(async () => {
    await stop();
    await peer.close();
  });

  const configOf = (keys = `secret: ${PASSWORD}`) =>
    contractConfig(`
version: 1
timezone: Europe/Moscow
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, provider: asterisk, account: "otklik@127.0.0.1:${port}", ${keys} }]
`);

  const start = (keys?: string) => {
    const config = configOf(keys);
    const channel = config.channels.get('line');
    if (channel?.kind !== 'phone') throw new Error('no such channel');
    const listeners = feedOf(channel, config, PACE).map((feed) => feed.start(world));
    stop = async () => {
      for (const listener of listeners) listener.stop();
      await Promise.all(listeners.map(({ done }) => done));
    };
  };

  const told = () => {
    const events = world.kept.flatMap((delivery) => delivery.events);
    const policy = foldPolicyOf(configOf());
    return [...Map.groupBy(events, ({ thread }) => thread).values()].flatMap((each) =>
      foldWaits(each, policy).map(({ thread, openedAt, missed, end }) =>
        [
          thread,
          (openedAt - BEGAN) / 1_000,
          missed ? `missed ${(missed.at - BEGAN) / 1_000}` : '',
          end ? `${end.outcome} ${(end.at - BEGAN) / 1_000}` : 'waits',
        ].join(' '),
      ),
    );
  };

  const up = () => until(() => world.state?.up === true, { what: 'the connection' });
  const says = (happening: Happening) => peer.tells([amiFields(happening)]);
  const rings = (call: string, second: number, over: Partial<StoryChannel> = {}) =>
    says({ time: after_(second), does: 'starts', channel: channelOf(call, over) });
  const pickedUp = (call: string, second: number, telephone = telephoneOf(call)) =>
    says({ time: after_(second), does: 'enters', channel: telephone });
  const hangsUp = (call: string, second: number, cause = 16) =>
    says({ time: after_(second), does: 'hangsUp', channel: channelOf(call), cause });
  const ended = (call: string) =>
    until(() => world.eventIds.includes(`${call}/ended`), { what: `the end of ${call}` });
  const going = (channel: StoryChannel, second: number, bridge = '') => ({
    Channel: channel.name,
    CallerIDNum: channel.caller ?? '',
    Exten: channel.exten ?? '',
    Uniqueid: channel.id,
    Linkedid: channel.linked,
    BridgeId: bridge,
    Duration: new Date(Date.now() - after_(second)).toISOString().slice(11, 19),
  });

  it('tells of a group that rings and of whoever picks up', async () => {
    start();
    await up();
    rings('c1', 0);
    says({ time: after_(1), does: 'starts', channel: telephoneOf('c1') });
    says({ time: after_(1), does: 'starts', channel: telephoneOf('c1', '102') });
    pickedUp('c1', 11);
    says({ time: after_(12), does: 'hangsUp', channel: telephoneOf('c1', '102'), cause: 26 });
    hangsUp('c1', 60);
    await ended('c1');
    assert.deepEqual(told(), [`+${CLIENT} 0  answered 11`]);
  });

  it('does not take the voice menu’s answer for a person’s; a call-back answers', async () => {
    start();
    await up();
    rings('c1', 0);
    says({ time: after_(1), does: 'answers', channel: channelOf('c1') });
    hangsUp('c1', 20);
    rings('c2', 110, { name: 'PJSIP/101-00000005', caller: '101', exten: CLIENT, context: 'from-internal' });
    pickedUp('c2', 120, { ...channelOf('c2'), id: 'c2.1' });
    hangsUp('c2', 180);
    await ended('c2');
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 answered 120`]);
  });

  it('lets a call-back count though nobody knows by which of our numbers', async () => {
    start(`secret: ${PASSWORD}, numbers: ["+74951234567"]`);
    await up();
    rings('c1', 0);
    hangsUp('c1', 20);
    rings('c2', 110, { name: 'PJSIP/101-00000005', caller: '101', exten: CLIENT, context: 'from-internal' });
    pickedUp('c2', 120, { ...channelOf('c2'), id: 'c2.1' });
    hangsUp('c2', 180);
    await ended('c2');
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 answered 120`]);
  });

  it('says what it will not see without the tables', async () => {
    start();
    await up();
    assert.match(world.gaps.join(), /come and go while there is no connection .* give cdr/);
  });

  it('knows after a break of the connection what goes on, and says that it was blind', async () => {
    start();
    await up();
    peer.going = [going(channelOf('c1'), 570)];
    peer.breaks();
    await until(() => world.problem?.includes('are not seen') ?? false, { what: 'the word of the break' });
    await until(() => peer.logins === 2 && world.state?.up === true, { what: 'the second connection' });
    hangsUp('c1', 600);
    await ended('c1');
    assert.match(told()[0] ?? '', /missed 600 waits$/);
  });

  it('lets no call go on for ever that ended during a break', async () => {
    start();
    await up();
    rings('c1', 0);
    rings('c2', 0, { caller: '79160000002' });
    pickedUp('c2', 10);
    await until(() => world.eventIds.length === 3, { what: 'both calls' });
    peer.breaks();
    await ended('c1');
    await ended('c2');
    const [missed, answered] = told();
    assert.match(missed ?? '', /missed [\d.]+ waits$/);
    assert.equal(answered, '+79160000002 0  answered 10');
  });

  it('learns after a break who talks by now', async () => {
    start();
    await up();
    rings('c1', 0);
    await until(() => world.eventIds.length === 1, { what: 'the call' });
    peer.going = [going(channelOf('c1'), 0, 'b'), going(telephoneOf('c1'), 5, 'b')];
    peer.breaks();
    await until(() => world.eventIds.length === 2, { what: 'the talk' });
    assert.match(told()[0] ?? '', /answered/);
  });

  it('says so when the password is wrong', async () => {
    start('secret: another-password');
    await until(() => world.problem !== null, { what: 'the problem' });
    assert.match(world.problem ?? '', /does not take the user or the password/);
  });

  it('keeps at it when a call cannot be kept', async () => {
    let failures = 3;
    world.before = (step) => {
      if (step === 'deliver' && failures-- > 0) throw new Error('the queue is away');
    };
    start();
    await up();
    rings('c1', 0);
    hangsUp('c1', 20);
    await ended('c1');
    assert.deepEqual(world.eventIds, ['c1/ringing', 'c1/ended']);
  });

  describe('and its tables', () => {
    let tables: AsteriskTables;
    let address: string;
    let run: (sql: string, values?: readonly unknown[]) => Promise<void>;
    let closing: () => Promise<void>;
    beforeEach(async () => {
      const { connection, ...database } = await mariaDbDatabase();
      closing = () => connection.end();
      run = async (sql, values = []) => {
        await connection.query(sql, [...values]);
      };
      tables = await AsteriskTables.create(run, FREEPBX, 'Europe/Moscow');
      address = database.address();
    });
    // Runs after the hooks that stop the listener.
    afterEach(async () => {
      await stop();
      await closing();
    });

    const withTables = (cdr = address) => start(`secret: ${PASSWORD}, cdr: "${cdr}"`);
    const answered = (call: string, second: number) => {
      const [first, telephone] = [channelOf(call), telephoneOf(call)];
      const happened: Happening[] = [
        { time: after_(second), does: 'starts', channel: first },
        { time: after_(second + 1), does: 'starts', channel: telephone },
        { time: after_(second + 11), does: 'enters', channel: telephone },
        { time: after_(second + 60), does: 'hangsUp', channel: telephone },
        { time: after_(second + 60), does: 'hangsUp', channel: first },
      ];
      const row = cdrRow(first, after_(second), {
        dstchannel: telephone.name,
        disposition: 'ANSWERED',
        duration: 60,
        billsec: 49,
      });
      return tables.write([row], happened.flatMap(celOf));
    };

    it('have told what came before the start when it says that it has caught up', async () => {
      await answered('c1', 0);
      withTables();
      await until(() => world.state?.caughtUp === true, { what: 'the catch-up' });
      assert.deepEqual(told(), [`+${CLIENT} 0  answered 11`]);
      assert.deepEqual(world.gaps, []);
    });

    it('tell the end of a call, and who picked it up, of which a break has hidden both', async () => {
      withTables();
      await up();
      rings('c1', 0);
      await until(() => world.eventIds.includes('c1/ringing'), { what: 'the ring' });
      peer.breaks();
      await until(() => peer.logins === 2, { what: 'the second connection' });
      await answered('c1', 0);
      await ended('c1');
      assert.deepEqual(told(), [`+${CLIENT} 0  answered 11`]);
    });

    it('go on telling while AMI cannot be reached', async () => {
      await peer.close();
      withTables();
      await until(() => world.problem?.includes('by the tables') ?? false, { what: 'the word of the break' });
      await answered('c1', 0);
      await ended('c1');
      assert.equal(world.state?.up, false);
      await until(() => world.state?.caughtUp === true, { what: 'the catch-up' });
    });

    it('are a gap when they cannot be read; AMI goes on, and they are found again', async () => {
      await run('rename table cdr to lost');
      withTables();
      await until(() => world.state?.up === true && world.gaps.length > 0, { what: 'the gap' });
      assert.match(world.gaps.join(), /there is no table cdr/);
      assert.equal(world.problem, null);
      assert.equal(world.state?.caughtUp, false);
      rings('c1', 0);
      await until(() => world.eventIds.includes('c1/ringing'), { what: 'the ring' });
      await run('rename table lost to cdr');
      await until(() => world.state?.caughtUp === true, { what: 'the catch-up' });
      assert.deepEqual(world.gaps, []);
    });

    it('say when they do not tell which of our numbers was called', async () => {
      await run('drop table cel');
      await run('alter table cdr drop column did');
      start(`secret: ${PASSWORD}, cdr: "${address}", numbers: ["+74951234567"]`);
      await until(() => world.gaps.length === 2, { what: 'the gaps' });
      assert.match(world.gaps.join(), /which of your numbers was called/);
    });

    it('do not keep the listener from stopping while the database says nothing', async () => {
      const mute = createServer();
      await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
      const mutePort = (mute.address() as AddressInfo).port;
      let asked = false;
      mute.on('connection', () => {
        asked = true;
      });
      withTables(`mysql://reader:secret@127.0.0.1:${mutePort}/asteriskcdrdb`);
      await until(() => asked, { what: 'the question' });
      await stop();
      await new Promise((closed) => mute.close(closed));
    });
  });
});
