import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TemporaryDirectory, temporaryDirectory } from '@otklik/testing';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { type FolderOwner, type HeldFolder, holdFolder } from './dataFolder.ts';

const MODULE = new URL('dataFolder.ts', import.meta.url).href;

describe('a data folder', () => {
  let folder: TemporaryDirectory;
  let children: ChildProcess[];
  beforeEach(async () => {
    folder = await temporaryDirectory();
    children = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await folder.remove();
  });

  /** Another process that holds the folder until it is killed. */
  async function anotherHolds(): Promise<ChildProcess> {
    const code = `import { holdFolder } from '${MODULE}';
      const held = holdFolder(process.argv[1], 'start');
      held.tell({ address: 'http://127.0.0.1:3000', database: 20001 });
      console.log('held');
      setInterval(() => held, 1_000_000);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code, folder.path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  const held = (found: ReturnType<typeof holdFolder>): HeldFolder => {
    assert.ok('tell' in found, JSON.stringify(found));
    return found;
  };
  const ownerSaid = (): FolderOwner => JSON.parse(readFileSync(join(folder.path, 'owner.json'), 'utf8'));

  it('belongs to one process, which says who it is, until it dies, however that may be', async () => {
    const child = await anotherHolds();
    const found = holdFolder(folder.path, 'start');
    assert.ok('owner' in found);
    const { pid, does, address, database, ending } = found.owner as FolderOwner;
    assert.deepEqual(
      { pid, does, address, database, ending },
      { pid: child.pid, does: 'start', address: 'http://127.0.0.1:3000', database: 20_001, ending: false },
    );
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(existsSync(join(folder.path, 'owner.json')), 'it could not clean up');
    held(holdFolder(folder.path, 'sign-in')).release();
    assert.ok(!existsSync(join(folder.path, 'owner.json')));
  });

  it('is not kept by a pid that another program has been given since', () => {
    const holding = held(holdFolder(folder.path, 'start'));
    const said = ownerSaid();
    holding.release();
    const mine = join(folder.path, 'owner.json');
    writeFileSync(mine, JSON.stringify({ ...said, began: `${said.began}0` }));
    held(holdFolder(folder.path, 'start')).release();
    // The very same process, on a disk where locks do not work.
    writeFileSync(mine, JSON.stringify(said));
    assert.deepEqual(holdFolder(folder.path, 'start'), { owner: said });
  });

  it('is not kept by one who died while they wrote who they are', () => {
    writeFileSync(join(folder.path, 'owner.json'), '{"pid":');
    held(holdFolder(folder.path, 'start')).release();
  });
});
