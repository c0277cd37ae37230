import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryDirectory } from '@otklik/testing';
import { test } from 'vitest';
import { openSpool, type Spool, type SpoolFault } from './spool.ts';

interface Job {
  readonly name: string;
}

async function startSpool() {
  const directory = await temporaryDirectory();
  const folder = join(directory.path, 'spool');
  const faults: SpoolFault[] = [];
  return {
    folder,
    faults,
    /** As a new process finds it. */
    open: () => openSpool<Job>(folder, (_file, fault) => faults.push(fault)),
    files: async () => (await readdir(folder)).sort(),
    [Symbol.asyncDispose]: () => directory.remove(),
  };
}

async function drained(spool: Spool<Job>): Promise<string[]> {
  const given: string[] = [];
  assert.equal(await spool.drain(async (jobs) => void given.push(...jobs.map(({ name }) => name))), true);
  return given;
}

const addAll = async (spool: Spool<Job>, ...names: string[]) => {
  for (const name of names) await spool.add({ name }, 2);
};

test('jobs come out in the order in which they went in, and then they are forgotten', async () => {
  await using place = await startSpool();
  const spool = await place.open();
  await addAll(spool, 'a', 'b', 'c');
  assert.equal(spool.events(), 6);
  assert.deepEqual(await drained(spool), ['a', 'b', 'c']);
  assert.equal(spool.events(), 0);
  assert.deepEqual(await drained(spool), []);
  assert.deepEqual(await place.files(), []);
});

test('a job that was added is in a file (law 8)', async () => {
  await using place = await startSpool();
  await addAll(await place.open(), 'Здравствуйте\n!');
  const [file = ''] = await place.files();
  assert.match(await readFile(join(place.folder, file), 'utf8'), /Здравствуйте\\n!/);
});

test('the jobs of a process that died are given by the next one, before its own', async () => {
  await using place = await startSpool();
  await addAll(await place.open(), 'a', 'b');
  const next = await place.open();
  assert.equal(next.events(), 4);
  await addAll(next, 'c');
  assert.deepEqual(await drained(next), ['a', 'b', 'c']);
});

test('a queue that refuses keeps all that was not taken', async () => {
  await using place = await startSpool();
  const spool = await place.open();
  await addAll(spool, 'a', 'b', 'c');
  const refusing = async (jobs: readonly Job[]) => {
    if (jobs.some(({ name }) => name === 'b')) throw new Error('the queue is down');
  };
  assert.equal(await spool.drain(refusing), false);
  assert.equal(spool.events(), 6);
  assert.deepEqual(await drained(spool), ['a', 'b', 'c']);
});

test('a job can be added while others are given to a slow queue', { timeout: 5_000 }, async () => {
  await using place = await startSpool();
  const spool = await place.open();
  await addAll(spool, 'a');
  const given: string[] = [];
  const slow = Promise.withResolvers<void>();
  const draining = spool.drain(async (jobs) => {
    given.push(...jobs.map(({ name }) => name));
    await slow.promise;
  });
  await addAll(spool, 'b');
  slow.resolve();
  assert.equal(await draining, true);
  assert.deepEqual(given, ['a', 'b']);
  assert.equal(spool.events(), 0);
});

test('a last line that a crash left unfinished was never acknowledged: it is told and left out', async () => {
  await using place = await startSpool();
  await addAll(await place.open(), 'a');
  await appendFile(await onlyFile(place), '{"events":2,"job":{"name":"to');
  const next = await place.open();
  assert.deepEqual(place.faults, ['torn']);
  assert.equal(next.events(), 2);
  assert.deepEqual(await drained(next), ['a']);
});

test('a job that comes after a torn line does not suffer by it', async () => {
  await using place = await startSpool();
  await addAll(await place.open(), 'a');
  await appendFile(await onlyFile(place), '{"events":2,"job":{"name":"to');
  const next = await place.open();
  await addAll(next, 'b');
  assert.deepEqual(await drained(await place.open()), ['a', 'b']);
});

test('a damaged line costs no other, and its file is kept for a person to look at', async () => {
  await using place = await startSpool();
  await addAll(await place.open(), 'a', 'b', 'c');
  const file = await onlyFile(place);
  await writeFile(file, (await readFile(file, 'utf8')).replace('"b"', '\u0000\u0000'));
  const next = await place.open();
  assert.deepEqual(place.faults, ['damaged']);
  assert.deepEqual(await drained(next), ['a', 'c']);
  assert.deepEqual(await place.files(), ['000000000000001.ndjson.damaged']);
  assert.equal((await place.open()).events(), 0);
});

test('a folder that takes no files rejects a job, and takes the next when it is mended', async () => {
  await using place = await startSpool();
  const spool = await place.open();
  await addAll(spool, 'a');
  await breakFolder(place.folder);
  await assert.rejects(spool.add({ name: 'lost' }, 2));
  assert.equal(spool.events(), 2);
  await mendFolder(place.folder);
  await addAll(spool, 'b');
  assert.deepEqual(await drained(spool), ['a', 'b']);
});

test('jobs beyond 8 MiB go into another file, so that none is too long to be read', async () => {
  await using place = await startSpool();
  const spool = await place.open();
  const long = 'x'.repeat(3 * 1_048_576);
  await addAll(spool, `1${long}`, `2${long}`, `3${long}`, `4${long}`);
  assert.equal((await place.files()).length, 2);
  assert.deepEqual(
    (await drained(spool)).map(([first]) => first),
    ['1', '2', '3', '4'],
  );
});

test('jobs that are added at once all arrive', async () => {
  await using place = await startSpool();
  const spool = await place.open();
  const names = Array.from({ length: 50 }, (_, index) => `${index}`);
  await Promise.all(names.map((name) => spool.add({ name }, 1)));
  assert.deepEqual(await drained(await place.open()), names);
});

async function onlyFile(place: { folder: string; files(): Promise<string[]> }): Promise<string> {
  const [file = '', ...others] = await place.files();
  assert.deepEqual(others, []);
  return join(place.folder, file);
}

/** A file in place of the folder: not even root can write below it. */
async function breakFolder(folder: string): Promise<void> {
  await rename(folder, `${folder}.away`);
  await writeFile(folder, '');
}

async function mendFolder(folder: string): Promise<void> {
  await rm(folder);
  await rename(`${folder}.away`, folder);
}
