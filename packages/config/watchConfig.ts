import { type FSWatcher, watch } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { ConfigFormat } from './configFormat.ts';
import { debounce } from './debounce.ts';
import type { ConfigFault } from './fault.ts';
import { type LoadResult, loadConfig } from './loadConfig.ts';
import type { ChannelBase, Config } from './types.ts';

export interface ConfigHandlers<Channel extends ChannelBase = ChannelBase> {
  /** A valid edit: put it in force. */
  onConfig(config: Config<Channel>, warnings: readonly ConfigFault[]): void;
  /** An edit that is refused: what was in force stays. */
  onRefused(faults: readonly ConfigFault[]): void;
}

export interface WatchOptions {
  /** Digest of the reading that is in force (the digest of `loadConfig`); left out, it is read now. */
  readonly since?: string;
  /** How long the folder must be quiet before the file is read, ms: editors write in several moves. */
  readonly settleMs?: number;
  /** The longest that a folder which is never quiet puts the reading off, ms. */
  readonly patienceMs?: number;
  /** How often to look without being told, ms: bind mounts and network disks tell nothing. */
  readonly pollMs?: number;
}

/**
 * Tells of every edit of the config, by content: a file that was only touched is no edit, one that was replaced by a rename is.
 * `file:` secrets are read again together with it.
 */
export function watchConfig<Channel extends ChannelBase>(
  file: string,
  format: ConfigFormat<Channel>,
  handlers: ConfigHandlers<Channel>,
  options: WatchOptions = {},
): { close(): void } {
  const { settleMs = 100, patienceMs = 1_000, pollMs = 5_000 } = options;
  const look = editDetector(() => loadConfig(file, format), handlers, options.since);
  const soon = debounce(look, settleMs, patienceMs);
  const watcher = watchFolder(dirname(resolve(file)), soon.call);
  const poll = setInterval(soon.call, pollMs).unref();
  return {
    close() {
      watcher?.close();
      clearInterval(poll);
      soon.cancel();
    },
  };
}

/** A function that reads anew and tells the handlers when the content is another than the last time. */
export function editDetector<Channel extends ChannelBase>(
  load: () => LoadResult<Channel>,
  handlers: ConfigHandlers<Channel>,
  since?: string,
): () => void {
  let known = since ?? load().digest;
  return () => {
    const result = load();
    if (result.digest === known) return;
    known = result.digest;
    if (result.ok) handlers.onConfig(result.config, result.warnings);
    else handlers.onRefused(result.faults);
  };
}

/** The folder, not the file: a watch on a file is lost when an editor replaces it. Null where watching is impossible: the poll remains. */
function watchFolder(folder: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
