import type { FakeBot } from './bot.ts';
import type { Call } from './methods.ts';
import { Refusal } from './refusal.ts';

/** https://core.telegram.org/bots/api#file */
export interface FakeFile {
  readonly bytes: Uint8Array;
  /** Set by `getFile` for an hour. */
  path: string | null;
}

const MB = 1024 * 1024;
const MOST_BYTES = 20 * MB;

/** https://core.telegram.org/bots/api#getfile */
export function getFile({ bot, params }: Call): unknown {
  const id = params.text('file_id');
  const file = id === null ? undefined : bot.files.get(id);
  if (id === null || file === undefined)
    throw Refusal.impossible('wrong file_id or the file is temporarily unavailable');
  if (file.bytes.length > MOST_BYTES) throw Refusal.impossible('file is too big');
  file.path = `files/file_${[...bot.files.keys()].indexOf(id)}.bin`;
  return {
    file_id: id,
    file_unique_id: `same-${id}`,
    file_size: file.bytes.length,
    file_path: file.path,
  };
}

/** The file at `/file/bot<token>/<path>`. */
export function fileAt(bot: FakeBot, path: string): Uint8Array | null {
  return [...bot.files.values()].find((file) => file.path === path)?.bytes ?? null;
}
