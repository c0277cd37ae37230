import assert from 'node:assert/strict';
import { proto } from '@whiskeysockets/baileys';
import { describe, it } from 'vitest';
import { TestMemory } from '../../testing/testMemory.ts';
import { vaultOf, WrongKeyError } from '../vault.ts';
import { forgetSession, openSession } from './auth.ts';

const vault = vaultOf(Buffer.alloc(32, 1).toString('base64'), 'wa');
const LINKED = {
  me: { id: '79990000000:12@s.whatsapp.net', lid: '9@lid' },
  account: { details: Buffer.from([1]) },
};

/** Records each statement. */
class NotedMemory extends TestMemory {
  readonly statements: string[][] = [];

  override async remember(values: ReadonlyMap<string, string | null>): Promise<void> {
    this.statements.push([...values.keys()]);
    await super.remember(values);
  }
}

describe('the session in the memory', () => {
  it('is a new one at first, and the same after a restart once it is linked', async () => {
    const memory = new TestMemory();
    const session = await openSession(memory, vault);
    assert.equal(session.isLinked(), false);
    Object.assign(session.creds, LINKED);
    await session.save();
    const again = await openSession(memory, vault);
    assert.equal(again.isLinked(), true);
    assert.deepEqual(Buffer.from(again.creds.noiseKey.private), Buffer.from(session.creds.noiseKey.private));
  });

  it('begins anew when its linking was begun and not completed', async () => {
    const memory = new TestMemory();
    const session = await openSession(memory, vault);
    Object.assign(session.creds, { me: LINKED.me, pairingCode: 'ABCD1234' });
    await session.save();
    const again = await openSession(memory, vault);
    assert.equal(again.creds.me, undefined);
  });

  it('puts all keys of one call into one statement, none of them readable', async () => {
    const memory = new NotedMemory();
    const { keys } = await openSession(memory, vault);
    await keys.set({
      session: { '1.0': Buffer.from('session-bytes') },
      'sender-key': { g: Buffer.from('x') },
      'device-list': { '7916': ['0', '12'] },
    });
    assert.deepEqual(memory.statements, [['key:session:1.0', 'key:sender-key:g', 'key:device-list:7916']]);
    for (const value of memory.values.values())
      assert.doesNotMatch(Buffer.from(value, 'base64').toString('latin1'), /session-bytes/);
  });

  it('gives the keys back after a restart, and forgets what is set to null', async () => {
    const memory = new TestMemory();
    const { keys } = await openSession(memory, vault);
    await keys.set({ session: { a: Buffer.from('A'), b: Buffer.from('B') } });
    await keys.set({ session: { b: null } });
    const again = await openSession(memory, vault);
    const found = await again.keys.get('session', ['a', 'b', 'c']);
    assert.deepEqual(Object.keys(found), ['a']);
    assert.deepEqual(Buffer.from(found.a ?? []), Buffer.from('A'));
  });

  it('revives the keys of the settings as the messages that they were', async () => {
    const memory = new TestMemory();
    const { keys } = await openSession(memory, vault);
    const data = proto.Message.AppStateSyncKeyData.fromObject({ keyData: Buffer.from('k'), timestamp: 5 });
    await keys.set({ 'app-state-sync-key': { x: data } });
    const again = await openSession(memory, vault);
    const { x } = await again.keys.get('app-state-sync-key', ['x']);
    assert.ok(x instanceof proto.Message.AppStateSyncKeyData);
    assert.deepEqual(Buffer.from(x.keyData ?? []), Buffer.from('k'));
  });

  it('does not open with another key, and overwrites nothing then', async () => {
    const memory = new TestMemory();
    const session = await openSession(memory, vault);
    await session.save();
    const before = new Map(memory.values);
    const other = vaultOf(Buffer.alloc(32, 2).toString('base64'), 'wa');
    await assert.rejects(openSession(memory, other), WrongKeyError);
    assert.deepEqual(memory.values, before);
  });

  it('is forgotten whole, and nothing else with it', async () => {
    const memory = new TestMemory();
    const session = await openSession(memory, vault);
    await session.save();
    await session.keys.set({ session: { a: Buffer.from('A') } });
    memory.values.set('lid:1', '{}');
    await forgetSession(memory);
    assert.deepEqual([...memory.values.keys()], ['lid:1']);
  });
});
