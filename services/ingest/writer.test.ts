import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { until } from '@otklik/testing';
import { test } from 'vitest';
import { message, startWriter } from './testing/writerWorld.ts';

const down = () => Promise.reject(new Error('the queue is down'));
const up = async () => undefined;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `m-${index}`);
/** A queue that takes nothing until it is opened. */
function gate() {
  const opened = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  const before = () => {
    reached.resolve();
    return opened.promise;
  };
  return { before, open: opened.resolve, reached: reached.promise };
}

test('requests of one moment become one job', async () => {
  await using writer = await startWriter();
  const kept = await Promise.all(ids(20).map((id) => writer.write(id)));
  assert.deepEqual(writer.queued(), [ids(20)]);
  assert.ok(kept.every(({ accepted, duplicates }) => accepted === 1 && duplicates === 0));
});

test('requests that arrive while the queue is busy go together', async () => {
  await using writer = await startWriter();
  const { before, open } = gate();
  writer.queue.before = before;
  const writes: Promise<unknown>[] = [];
  for (const id of ids(50)) {
    writes.push(writer.write(id));
    await nextTurn();
  }
  open();
  await Promise.all(writes);
  assert.ok(writer.queue.jobs.length <= 5, `${writer.queue.jobs.length} jobs`);
  assert.deepEqual(writer.queued().flat().sort(), ids(50).sort());
});

test('a job holds at most 500 events, but never half a request', async () => {
  await using writer = await startWriter();
  const requests = [ids(300), ['a'], ids(400).map((id) => `b-${id}`), ids(300).map((id) => `c-${id}`)];
  await Promise.all(requests.map((request) => writer.write(...request)));
  const sizes = writer.queue.jobs.map((job) => job.length).toSorted((a, b) => a - b);
  assert.deepEqual(sizes, [300, 301, 400]);
});

test('what is new of a request is named, as the provider named it', async () => {
  await using writer = await startWriter({ recorded: async () => [{ channel: 'site', id: 'b' }] });
  const kept = await writer.keep(['a', 'b', 'a', 'c'].map((id) => message(id)));
  assert.deepEqual(
    kept.fresh.map(({ id }) => id),
    ['a', 'c'],
  );
});

test('a write is over when the queue has the job, not before (law 8)', async () => {
  await using writer = await startWriter();
  const { before, open, reached } = gate();
  writer.queue.before = before;
  let over = false;
  const write = writer.write('a').finally(() => {
    over = true;
  });
  await reached;
  await nextTurn();
  assert.equal(over, false);
  open();
  await write;
});

test('an event that stands twice in a body is kept once', async () => {
  await using writer = await startWriter();
  assert.deepEqual(await writer.write('a', 'b', 'a'), { accepted: 2, duplicates: 1 });
  assert.deepEqual(writer.queued(), [['a', 'b']]);
});

test('an event that comes again is a duplicate and not queued again', async () => {
  await using writer = await startWriter();
  await writer.write('a');
  assert.deepEqual(await writer.write('a', 'b'), { accepted: 1, duplicates: 1 });
  assert.deepEqual(await writer.write('a'), { accepted: 0, duplicates: 1 });
  assert.deepEqual(writer.queued(), [['a'], ['b']]);
});

test('of requests that bring the same event at once one has it accepted', async () => {
  await using writer = await startWriter();
  const kept = await Promise.all([writer.write('a'), writer.write('a'), writer.write('a')]);
  assert.deepEqual(
    kept.map(({ accepted }) => accepted),
    [1, 0, 0],
  );
  assert.deepEqual(writer.queued(), [['a']]);
});

test('the second delivery of an event is answered only when the first is durable (law 8)', async () => {
  await using writer = await startWriter();
  const { before, open, reached } = gate();
  writer.queue.before = before;
  const first = writer.write('a');
  await reached;
  let answered = false;
  const second = writer.write('a').finally(() => {
    answered = true;
  });
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  assert.equal(answered, false);
  open();
  assert.deepEqual(await first, { accepted: 1, duplicates: 0 });
  assert.deepEqual(await second, { accepted: 0, duplicates: 1 });
});

test('events of the same id on two channels are two events', async () => {
  await using writer = await startWriter();
  const site = message('a');
  const other = await writer.again();
  assert.deepEqual(await other.write([site, { ...site, channel: 'mail' }]), { accepted: 2, duplicates: 0 });
});

test('an event that is on record is a duplicate', async () => {
  await using writer = await startWriter({ recorded: async () => [{ channel: 'site', id: 'a' }] });
  assert.deepEqual(await writer.write('a', 'b'), { accepted: 1, duplicates: 1 });
  assert.deepEqual(writer.queued(), [['b']]);
});

test('a database that cannot say what is on record stops nobody', async () => {
  await using writer = await startWriter({ recorded: () => Promise.reject(new Error('no database')) });
  assert.deepEqual(await writer.write('a'), { accepted: 1, duplicates: 0 });
});

test('a database that does not answer at all holds up nobody for two seconds', async () => {
  await using writer = await startWriter({ recorded: () => new Promise(() => {}) });
  const startedAt = performance.now();
  assert.deepEqual(await writer.write('a'), { accepted: 1, duplicates: 0 });
  assert.ok(performance.now() - startedAt < 2_000);
});

test('with the queue down events go to the disk, in time, and the queue is not asked for each', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  assert.deepEqual(await writer.write('a', 'b'), { accepted: 2, duplicates: 0 });
  assert.deepEqual(await writer.write('a', 'c'), { accepted: 1, duplicates: 1 });
  assert.equal(writer.spool.events(), 3);
  assert.equal(await writer.spooled(), 3);
  for (const id of ids(30)) await writer.write(id);
  assert.ok(writer.queue.asked < 10, 'only the first write and those who look whether it is back');
});

test('when the queue is back it gets what waited on the disk, in order and few jobs, and then what is new', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  for (const id of ['a', 'b', 'c']) await writer.write(id);
  writer.queue.before = up;
  await until(() => writer.spool.events() === 0, { what: 'an empty spool' });
  assert.deepEqual(writer.queued(), [['a', 'b', 'c']]);
  await until(async () => (await writer.spooled()) === 0, { what: 'the metric says so' });
  await writer.write('d');
  assert.deepEqual(writer.queued().at(-1), ['d']);
});

test('what an earlier process left on the disk is given to the queue at the start', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  await writer.write('a');
  await writer.close();
  writer.queue.before = up;
  const next = await writer.again();
  await until(() => next.spool.events() === 0, { what: 'an empty spool' });
  assert.deepEqual(writer.queued(), [['a']]);
});

test('events are taken while the disk is being emptied into a slow queue', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  await writer.write('a');
  const { before, open, reached } = gate();
  writer.queue.before = before;
  await reached;
  assert.deepEqual(await writer.write('b'), { accepted: 1, duplicates: 0 });
  open();
  await until(() => writer.spool.events() === 0, { what: 'an empty spool' });
  assert.deepEqual(writer.queued(), [['a'], ['b']]);
});

test('with queue and disk down a write is refused, and the event is fresh when it comes again', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  const mend = await breakFolder(writer.folder);
  await assert.rejects(writer.write('a'));
  await assert.rejects(writer.write('a'));
  await mend();
  assert.deepEqual(await writer.write('a'), { accepted: 1, duplicates: 0 });
});

test('a delivery that waited for another’s write is refused with it', async () => {
  await using writer = await startWriter();
  const failed = Promise.withResolvers<void>();
  writer.queue.before = () => failed.promise;
  await breakFolder(writer.folder);
  const first = writer.write('a');
  await until(() => writer.queue.asked === 1, { what: 'the first is being written' });
  const second = writer.write('a');
  for (let turn = 0; turn < 5; turn++) await nextTurn();
  failed.reject(new Error('the queue is down'));
  await assert.rejects(first);
  await assert.rejects(second);
});

test('a queue that is back is found although the disk takes nothing', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  await writer.write('a');
  await breakFolder(writer.folder);
  writer.queue.before = up;
  assert.deepEqual(await writer.write('b'), { accepted: 1, duplicates: 0 });
  assert.deepEqual(writer.queued(), [['b']]);
});

test('closing waits for what is being written', async () => {
  await using writer = await startWriter();
  const { before, open, reached } = gate();
  writer.queue.before = before;
  const write = writer.write('a');
  const closed = writer.close();
  await reached;
  open();
  await closed;
  assert.deepEqual(writer.queued(), [['a']]);
  await write;
});

test('closing does not wait for a full disk to be emptied', async () => {
  await using writer = await startWriter();
  writer.queue.before = down;
  for (const word of ['a', 'b', 'c']) await writer.write(...ids(400).map((id) => `${word}${id}`));
  const { before, open, reached } = gate();
  writer.queue.before = before;
  await reached;
  const closed = writer.close();
  open();
  await closed;
  assert.equal(writer.queue.jobs.length, 1);
  assert.equal(writer.spool.events(), 1_200, 'given again by the next process');
});

/** A file in place of the folder: not even root can write below it. */
async function breakFolder(folder: string): Promise<() => Promise<void>> {
  await rename(folder, `${folder}.away`);
  await writeFile(folder, '');
  return async () => {
    await rename(folder, `${folder}.broken`);
    await rename(`${folder}.away`, folder);
  };
}

test('what a second delivery says of its thread for the first time is passed on, once, and counts as a duplicate', async () => {
  await using writer = await startWriter({ recorded: async () => [{ channel: 'site', id: 'old' }] });
  const sofa = { subject: { title: 'Диван', link: null } };
  const write = (id: string, more: object) => writer.writeEvents([message(id, more)]);
  const DUPLICATE = { accepted: 0, duplicates: 1 };
  await write('a', {});
  assert.deepEqual(await write('a', sofa), DUPLICATE);
  assert.deepEqual(await write('a', sofa), DUPLICATE);
  assert.deepEqual(writer.queued(), [['a'], ['a']]);
  assert.deepEqual(await write('old', { ...sofa, thread: 'another' }), DUPLICATE);
  assert.deepEqual(await write('a', { subject: { title: 'Стол', link: null } }), DUPLICATE);
  assert.deepEqual(writer.queued().slice(2), [['old'], ['a']]);
  await write('b', { subject: { title: 'Стул', link: null } });
  assert.deepEqual(await write('b', { subject: { title: 'Стул', link: null } }), DUPLICATE);
  assert.deepEqual(writer.queued().slice(4), [['b']]);
});
