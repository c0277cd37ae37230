import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** One hash over names and contents, in the given order. */
export function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Whether `writeStamp(file, hash)` was the last stamp. */
export function isStamped(file, hash) {
  try {
    return readFileSync(file, 'utf8') === hash;
  } catch {
    return false;
  }
}

/** Write it last, so that an interrupted installation starts over. */
export function writeStamp(file, hash) {
  writeFileSync(file, hash);
}
