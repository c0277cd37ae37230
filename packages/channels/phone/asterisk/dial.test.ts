import assert from 'node:assert/strict';
import { foldPolicyOf, foldWaits } from '@otklik/domain';
import { freePort, until } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { contractConfig } from '../../testing/contractConfig.ts';
import { TestWorld } from '../../testing/testWorld.ts';
import { feedOf, phoneChannel } from '../channel.ts';
import { nameOrdered } from './names.ts';
import { AmiPeer } from './testing/amiPeer.ts';

const PASSWORD = 'the-password-of-this-test';
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
const ORDER = { id: '0f9c1d7e-4a5b-4c3d-8e2f-1a2b3c4d5e6f', from: '101', to: `+${CLIENT}` };
/** The end of our id: FreePBX's tables hold 32 characters. */
const CALL = `otklik.3c4d5e6f.${CLIENT}`;

describe('a call ordered from Asterisk', () => {
  let peer: AmiPeer;
  let world: TestWorld;
  let stop: () => Promise<void> = async () => {};

  beforeEach(async () => {
    peer = await AmiPeer.start('otklik', PASSWORD);
    world = new TestWorld();
  });
  afterEach(async () => {
    await stop();
    stop = async () => {};
    await peer.close();
  });

  const lineOf = (port = peer.port, more = '', secret = PASSWORD) => {
    const config = contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, kind: phone, owner: olga, provider: asterisk, account: "otklik@127.0.0.1:${port}", secret: ${secret}${more} }]
`);
    const channel = config.channels.get('line');
    if (channel?.kind !== 'phone') throw new Error('no such channel');
    return { config, channel };
  };
  const dial = async (line = lineOf(), from = ORDER.from, signal = new AbortController().signal) => {
    const dialled = await phoneChannel.dial?.(line.channel, line.config)?.({ ...ORDER, from }, signal);
    assert.ok(dialled);
    return dialled;
  };

  it('rings the colleague’s telephone, which then dials the client by the dial plan', async () => {
    assert.deepEqual(await dial(), { outcome: 'dialled' });
    assert.deepEqual(peer.originated.map(Object.fromEntries), [
      {
        Action: 'Originate',
        ActionID: ORDER.id,
        ChannelId: CALL,
        Channel: 'PJSIP/101',
        Context: 'from-internal',
        Exten: CLIENT,
        Priority: '1',
        CallerID: `"+${CLIENT}" <101>`,
        Timeout: '30000',
        Async: 'true',
      },
    ]);
  });

  it('takes the technology of the telephone from the account, and the context from the channel', async () => {
    await dial(lineOf(peer.port, ', context: office'), 'SIP/101');
    const [order] = peer.originated;
    assert.deepEqual(
      [order?.get('Channel'), order?.get('Context'), order?.get('ChannelId')],
      ['SIP/101', 'office', CALL],
    );
  });

  it('has a name that FreePBX’s tables have room for, however long the client’s number is', () => {
    assert.ok(nameOrdered({ ...ORDER, to: `+${'9'.repeat(15)}` }).length <= 32);
  });

  it('that is refused tells why', async () => {
    peer.originates = { Response: 'Error', Message: 'Permission denied' };
    const dialled = await dial();
    assert.equal(dialled.outcome, 'refused');
    assert.match('said' in dialled ? dialled.said.ru : '', /Asterisk не принимает вызов: Permission denied/);
    assert.equal(peer.originated.length, 1);
  });

  it('with a wrong password is not even asked for', async () => {
    const dialled = await dial(lineOf(peer.port, '', 'another-password'));
    assert.equal(dialled.outcome, 'refused');
    assert.match('said' in dialled ? dialled.said.en : '', /does not take the user or the password/);
    assert.equal(peer.originated.length, 0);
  });

  it('from an exchange that is not reached surely rings nowhere', async () => {
    const dialled = await dial(lineOf(await freePort()));
    assert.equal(dialled.outcome, 'refused');
    assert.match('said' in dialled ? dialled.said.en : '', /no connection to Asterisk/);
  });

  it('that is not answered, or on which the connection breaks, is of unknown fate', async () => {
    peer.originates = null;
    for (const fail of [() => peer.breaks(), null]) {
      peer.originated.length = 0;
      const stopping = new AbortController();
      const dialling = dial(lineOf(), ORDER.from, stopping.signal);
      await until(() => peer.originated.length === 1, { what: 'the order' });
      if (fail) fail();
      else stopping.abort();
      const dialled = await dialling;
      assert.equal(dialled.outcome, 'unknown');
      assert.match('said' in dialled ? dialled.said.ru : '', /^не знаем, набрала ли АТС: /);
      assert.equal(peer.originated.length, 1);
    }
  });

  const listen = async () => {
    const { channel, config } = lineOf();
    const listeners = feedOf(channel, config, PACE).map((feed) => feed.start(world));
    stop = async () => {
      for (const listener of listeners) listener.stop();
      await Promise.all(listeners.map(({ done }) => done));
    };
    await until(() => world.state?.up === true, { what: 'the connection' });
  };
  const told = () => {
    const events = world.kept.flatMap((delivery) => delivery.events);
    return foldWaits(events, foldPolicyOf(lineOf().config)).map(({ thread, openedAt, missed, end }) =>
      [
        thread,
        (openedAt - BEGAN) / 1_000,
        missed ? `missed ${(missed.at - BEGAN) / 1_000}` : '',
        end ? `${end.outcome} ${(end.at - BEGAN) / 1_000}` : 'waits',
        end && 'by' in end ? `by ${end.by.author.id}` : '',
      ]
        .join(' ')
        .trim(),
    );
  };

  /** Events of an Originate: Newchannel without a number, a DialEnd of the telephone itself, then the dial plan's. */
  const ownChannel = (second: number) =>
    peer.says('Newchannel', {
      Channel: 'PJSIP/101-0001',
      ChannelState: '0',
      Uniqueid: CALL,
      Linkedid: CALL,
      CallerIDNum: '<unknown>',
      Exten: 's',
      Timestamp: stamp(second),
    });
  const dialEnd = (unique: string, channel: string, status: string, second: number) =>
    peer.says('DialEnd', {
      DestChannel: channel,
      DestUniqueid: unique,
      DestLinkedid: CALL,
      DialStatus: status,
      Timestamp: stamp(second),
    });
  const pickedUp = (second: number) => {
    dialEnd(CALL, 'PJSIP/101-0001', 'ANSWER', second);
    peer.says('Newexten', {
      Channel: 'PJSIP/101-0001',
      Uniqueid: CALL,
      Linkedid: CALL,
      CallerIDNum: '101',
      Exten: CLIENT,
      Context: 'from-internal',
      Timestamp: stamp(second),
    });
  };
  const trunkChannel = (second: number) =>
    peer.says('Newchannel', {
      Channel: 'PJSIP/trunk-0002',
      ChannelState: '0',
      Uniqueid: 'trunk-2',
      Linkedid: CALL,
      CallerIDNum: '101',
      Exten: CLIENT,
      Timestamp: stamp(second),
    });
  const bridged = (channel: string, unique: string, second: number) =>
    peer.says('BridgeEnter', {
      Channel: channel,
      Uniqueid: unique,
      Linkedid: CALL,
      BridgeUniqueid: 'bridge-1',
      BridgeTechnology: 'simple_bridge',
      Timestamp: stamp(second),
    });
  const hangsUp = (unique: string, second: number) =>
    peer.says('Hangup', { Uniqueid: unique, Linkedid: CALL, Cause: '16', Timestamp: stamp(second) });
  const missed = () => {
    const first = { Uniqueid: 'c1', Linkedid: 'c1', CallerIDNum: CLIENT };
    peer.says('Newchannel', { ...first, Exten: '74951234567', Timestamp: stamp(0) });
    peer.says('Hangup', { ...first, Cause: '16', Timestamp: stamp(20) });
  };
  const over = () => until(() => world.eventIds.includes(`${CALL}/ended`), { what: 'the end' });

  it('answers when the client picks up, and not when our own telephone does', async () => {
    await listen();
    missed();
    ownChannel(60);
    pickedUp(65);
    trunkChannel(66);
    dialEnd('local-1', 'Local/s@macro-0003;1', 'ANSWER', 67);
    await until(() => world.eventIds.includes(`${CALL}/ringing`), { what: 'the client’s ringing' });
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 waits`]);
    dialEnd('trunk-2', 'PJSIP/trunk-0002', 'ANSWER', 80);
    bridged('PJSIP/trunk-0002', 'trunk-2', 80);
    bridged('PJSIP/101-0001', CALL, 80);
    hangsUp('trunk-2', 140);
    hangsUp(CALL, 140);
    await over();
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 answered 80 by 101`]);
  });

  it('is an attempt when the client does not pick up', async () => {
    await listen();
    missed();
    ownChannel(60);
    pickedUp(65);
    trunkChannel(66);
    dialEnd('trunk-2', 'PJSIP/trunk-0002', 'NOANSWER', 95);
    hangsUp(CALL, 96);
    await over();
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 attempted 96 by 101`]);
  });

  it('is nothing when our own telephone is not picked up: the client goes on waiting', async () => {
    await listen();
    missed();
    ownChannel(60);
    dialEnd(CALL, 'PJSIP/101-0001', 'NOANSWER', 90);
    hangsUp(CALL, 90);
    await over();
    assert.deepEqual(told(), [`+${CLIENT} 0 missed 20 waits`]);
  });

  it('of which the beginning was not seen says nothing at its end', async () => {
    await listen();
    peer.going = [{ Uniqueid: CALL, Linkedid: CALL, CallerIDNum: '', Exten: CLIENT, Duration: '00:00:30' }];
    peer.breaks();
    await until(() => peer.logins === 2 && world.state?.up === true, { what: 'the second connection' });
    hangsUp(CALL, 120);
    missed();
    await until(() => world.eventIds.includes('c1/ended'), { what: 'the other call' });
    assert.deepEqual(world.eventIds, ['c1/ringing', 'c1/ended']);
  });
});
