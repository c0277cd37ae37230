import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/** One hash over the names and contents of files, in the given order. */
export function hashFiles(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Whether the work that ends with `writeStamp(file, hash)` has been done for this very hash. */
export function isStamped(file, hash) {
  try {
    return readFileSync(file, 'utf8') === hash;
  } catch {
    return false;
  }
}

/** Written last, so that an interrupted installation is begun again and never half used. */
export function writeStamp(file, hash) {
  writeFileSync(file, hash);
}
