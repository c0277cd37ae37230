import assert from 'node:assert/strict';
import { eventKey } from '@otklik/domain';
import { createLog } from '@otklik/telemetry';
import { describe, it } from 'vitest';
import { createKnownEvents } from './knownEvents.ts';
import { message } from './testing/writerWorld.ts';

const known = (recorded: readonly string[] = []) =>
  createKnownEvents({
    recorded: async () => recorded.map((id) => ({ channel: 'site', id })),
    log: createLog('silent'),
  });
const keyOf = (id: string) => eventKey('site', id);

describe('an event', () => {
  it('is fresh until its write begins, waited for meanwhile, and known when that has succeeded', async () => {
    const events = known();
    const { fresh } = events.sift([message('a'), message('a')]);
    assert.deepEqual([...fresh.keys()], [keyOf('a')]);
    const written = Promise.withResolvers<void>();
    events.rememberWhenWritten(fresh, written.promise);
    const meanwhile = events.sift([message('a')]);
    assert.deepEqual([meanwhile.fresh.size, meanwhile.writtenElsewhere.size], [0, 1]);
    assert.equal(events.isBeingWritten(keyOf('a')), true);
    written.resolve();
    await Promise.all(meanwhile.writtenElsewhere);
    const afterwards = events.sift([message('a')]);
    assert.deepEqual([afterwards.fresh.size, afterwards.writtenElsewhere.size], [0, 0]);
  });

  it('whose write failed is fresh again, and whoever waited for it is told (law 8)', async () => {
    const events = known();
    events.rememberWhenWritten(events.sift([message('a')]).fresh, Promise.reject(new Error('no space left')));
    const [write] = events.sift([message('a')]).writtenElsewhere;
    await assert.rejects(write ?? Promise.resolve(), /no space left/);
    assert.equal(events.sift([message('a')]).fresh.size, 1);
  });

  it('that is in the database is not fresh', async () => {
    const events = known(['a']);
    const { fresh } = events.sift([message('a'), message('b')]);
    assert.deepEqual([...(await events.withoutRecorded(fresh)).keys()], [keyOf('b')]);
  });
});
