import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { projectRoot } from './environment.mjs';
import { say } from './processes.mjs';

const toolchain = join(projectRoot, '.toolchain');
const lock = join(toolchain, 'lock');
const pidFile = join(lock, 'pid');
const pollMs = 100;
/** The pid is written right after mkdir; a lock without one for longer has lost its maker. */
const namelessForMs = 5_000;

/** Does the work alone: a second start on this checkout waits until the first has installed. */
export async function withLock(work) {
  mkdirSync(toolchain, { recursive: true });
  await acquire();
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

async function acquire() {
  for (let told = false; !take(); told = true) {
    if (!told) say('Another start is installing, waiting for it…');
    if (isAbandoned()) breakLock();
    await pause(pollMs);
  }
}

function take() {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(pidFile, String(process.pid));
  return true;
}

function release() {
  rmSync(lock, { recursive: true, force: true });
}

function isAbandoned() {
  const holder = readHolder(lock);
  return holder === null ? ageMs() > namelessForMs : !isAlive(holder);
}

function readHolder(directory) {
  try {
    return Number(readFileSync(join(directory, 'pid'), 'utf8')) || null;
  } catch {
    return null;
  }
}

function ageMs() {
  try {
    return Date.now() - statSync(lock).mtimeMs;
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renaming lets only one of several waiters break a lock; a lock that was retaken meanwhile is put back. */
function breakLock() {
  const broken = `${lock}.${process.pid}`;
  try {
    renameSync(lock, broken);
    const holder = readHolder(broken);
    if (holder !== null && isAlive(holder)) renameSync(broken, lock);
    else rmSync(broken, { recursive: true, force: true });
  } catch {
    // Another waiter was faster.
  }
}
