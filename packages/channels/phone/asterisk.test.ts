import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { foldPolicyOf, foldWaits } from '@otklik/domain';
import { until } from '@otklik/testing';
import { contractConfig } from '../testing/contractConfig.ts';
import { AmiPeer } from '../testing/phone/amiPeer.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { feedOf } from './channel.ts';

const PACE = {
  everyMs: 50,
  overlapMs: 900_000,
  sweepMs: 900_000,
  firstBackoffMs: 10,
  maxBackoffMs: 20,
  random: () => 0.5,
};
const CLIENT = '79160000001';
const BEGAN = Date.now() - 600_000;
const stamp = (second: number): string => `${(BEGAN + second * 1_000) / 1_000}`;

describe('Asterisk by AMI', () => {
  let peer: AmiPeer;
  let world: TestWorld;
  let stop: () => Promise<void> = async () => {};

  beforeEach(async () => {
    peer = await AmiPeer.start('otklik', 'the-password-of-this-test');
    world = new TestWorld();
  });
  afterEach(async () => {
    await stop();
    await peer.close();
  });

  const configOf = (secret: string) =>
    contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, provider: asterisk, account: "otklik@127.0.0.1:${peer.port}", secret: ${secret} }]
`);

  const start = (secret = 'the-password-of-this-test') => {
    const config = configOf(secret);
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
    const policy = foldPolicyOf(configOf('some-password'));
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
  const rings = (call: string, second: number, from = CLIENT, to = '74951234567') =>
    peer.says('Newchannel', {
      Channel: 'PJSIP/trunk-1',
      Uniqueid: call,
      Linkedid: call,
      CallerIDNum: from,
      Exten: to,
      Timestamp: stamp(second),
    });
  const pickedUp = (call: string, second: number, status = 'ANSWER', telephone = '101') =>
    peer.says('DialEnd', {
      Linkedid: call,
      DestLinkedid: call,
      DestUniqueid: `${call}.${telephone}`,
      DestChannel: `PJSIP/${telephone}-0002`,
      DialStatus: status,
      Timestamp: stamp(second),
    });
  const hangsUp = (call: string, second: number, cause = '16') =>
    peer.says('Hangup', { Uniqueid: call, Linkedid: call, Cause: cause, Timestamp: stamp(second) });

  it('tells of a group that rings and of whoever picks up', async () => {
    start();
    await up();
    rings('c1', 0);
    peer.says('Newchannel', {
      Channel: 'PJSIP/101-2',
      Uniqueid: 'c1.101',
      Linkedid: 'c1',
      CallerIDNum: '101',
      Exten: 's',
      Timestamp: stamp(1),
    });
    pickedUp('c1', 5, 'NOANSWER', '102');
    pickedUp('c1', 11);
    peer.says('Hangup', { Uniqueid: 'c1.102', Linkedid: 'c1', Cause: '26', Timestamp: stamp(12) });
    hangsUp('c1', 60);
    await until(() => world.eventIds.includes('c1/ended'), { what: 'the end' });
    assert.deepEqual(told(), [`+${CLIENT} 0  answered 11`]);
  });

  it('does not take the voice menu’s answer for a person’s; a call-back answers', async () => {
    start();
    await up();
    rings('c1', 0);
    hangsUp('c1', 20);
    rings('c2', 110, '101', CLIENT);
    pickedUp('c2', 120);
    hangsUp('c2', 180);
    await until(() => world.eventIds.includes('c2/ended'), { what: 'the end' });
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 answered 120`]);
  });

  it('knows after a break of the connection what goes on, and says that it was blind', async () => {
    start();
    await up();
    peer.going = [
      { Uniqueid: 'c1', Linkedid: 'c1', CallerIDNum: CLIENT, Exten: '74951234567', Duration: '00:00:30' },
    ];
    peer.breaks();
    await until(() => world.problem?.includes('are not seen') ?? false, { what: 'the word of the break' });
    await until(() => peer.logins === 2 && world.state?.up === true, { what: 'the second connection' });
    hangsUp('c1', 600);
    await until(() => world.eventIds.includes('c1/ended'), { what: 'the end' });
    assert.match(told()[0] ?? '', /missed 600 waits$/);
  });

  it('says so when the password is wrong', async () => {
    start('another-password');
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
    await until(() => world.eventIds.includes('c1/ended'), { what: 'the end' });
    assert.deepEqual(world.eventIds, ['c1/ringing', 'c1/ended']);
  });
});
