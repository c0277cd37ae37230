import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ConfigFormat } from './configFormat.ts';
import { type ReadResult, readConfig } from './readConfig.ts';
import { type ConfigDeps, errorCode } from './references.ts';
import type { ChannelBase } from './types.ts';

/** A reading, and a digest of everything that was read for it: the file itself and every `file:` in it. */
export type LoadResult<Channel extends ChannelBase = ChannelBase> = ReadResult<Channel> & {
  readonly digest: string;
};

/** Reads and checks a config from disk. A file that cannot be read is a fault like any other, never an exception. */
export function loadConfig<Channel extends ChannelBase>(
  file: string,
  format: ConfigFormat<Channel>,
  env: ConfigDeps['env'] = process.env,
): LoadResult<Channel> {
  const digest = createHash('sha256');
  const readFile = (path: string): string => {
    const bytes = readFileSync(path);
    digest.update(`${path}\0${bytes.length}\0`).update(bytes);
    return bytes.toString('utf8');
  };
  try {
    const result = readConfig(readFile(file), file, { env, readFile }, format);
    return { ...result, digest: digest.digest('hex') };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    // A  file:  that can't be read is a fault of readConfig; what comes here is otklik.yaml itself.
    const remedy = 'Name it in OTKLIK_CONFIG, or make one from otklik.example.yaml';
    const message = `the config can't be read (${errorCode(error)})`;
    const fault = { file, line: 1, column: 1, path: '', message, remedy };
    return { ok: false, faults: [fault], digest: errorCode(error) };
  }
}
