import type { ServerResponse } from 'node:http';
import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import {
  channelStates,
  type Listening,
  listen,
  type NamedWait,
  type Scope,
  type Store,
  type WaitChange,
  waitsById,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { sees } from './access.ts';
import { presentWait } from './present.ts';

export interface Stream {
  /** Sends the live events within `scope` to this response until it closes. */
  add(response: ServerResponse, scope: Scope): void;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
/** A reader who takes nothing for this many bytes is let go; its browser connects anew and reads the list. */
const MOST_BUFFERED = 1_048_576;

/** Server-sent events (HTML standard, section 9.2) for every board that is open. Each change is read and written out once for all of them. */
export async function openStream(world: {
  store: Store;
  config(): Config;
  log: Log;
  now(): EpochMs;
}): Promise<Stream> {
  const readers = new Map<ServerResponse, Scope>();
  const pending = new Map<string, WaitChange[]>();
  let sending: Promise<void> = Promise.resolve();

  const write = (event: string, data: unknown, wait: NamedWait | null) => {
    const chunk = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const [response, scope] of readers) {
      if (wait !== null && !sees(scope, wait)) continue;
      if (response.writableLength > MOST_BUFFERED) response.destroy();
      else response.write(chunk);
    }
  };

  const sendPending = async () => {
    if (pending.size === 0) return;
    const changes = new Map(pending);
    pending.clear();
    if (readers.size === 0) return;
    for (const wait of await waitsById(world.store, [...changes.keys()])) {
      const shown = presentWait(wait, world.config(), world.now());
      for (const change of changes.get(wait.id) ?? []) {
        // A wait that turned out to be part of another leaves the board like one that is closed.
        write(`wait.${wait.voided_at !== null ? 'closed' : change}`, shown, wait);
      }
    }
  };
  const sendSoon = () => {
    sending = sending
      .then(sendPending)
      .catch((error) => world.log.error({ err: error }, 'the live stream could not be sent'));
  };

  const sendChannel = async (channel: string) => {
    const state = (await channelStates(world.store)).get(channel);
    if (!state) return;
    const { up, problem, gaps, silent_since, usual_per_hour } = state;
    const isHeard = up !== false && silent_since === null;
    write(
      isHeard ? 'channel.up' : 'channel.down',
      {
        channel,
        up,
        problem,
        gaps,
        silent_since: silent_since === null ? null : new Date(silent_since).toISOString(),
        usual_per_hour,
      },
      null,
    );
  };

  const listening: Listening = await listen(world.store, {
    signal: (said) => {
      if (said.about === 'waits') {
        for (const { id, change } of said.changes) pending.set(id, [...(pending.get(id) ?? []), change]);
        sendSoon();
      } else if (said.about === 'channel') {
        void sendChannel(said.channel).catch((error) =>
          world.log.error({ err: error }, 'a channel could not be shown'),
        );
      }
    },
    // What was said while we did not hear is gone: whoever watches reads the list again.
    gap: () => write('hello', {}, null),
    error: (error) => world.log.warn({ err: error }, 'the live stream does not hear'),
  });
  const heartbeat = setInterval(() => {
    for (const response of readers.keys()) response.write(': alive\n\n');
  }, HEARTBEAT_MS);

  return {
    add: (response, scope) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'keep-alive',
        'x-accel-buffering': 'no',
      });
      response.write('retry: 1000\nevent: hello\ndata: {}\n\n');
      readers.set(response, scope);
      response.once('close', () => readers.delete(response));
    },
    close: async () => {
      clearInterval(heartbeat);
      await listening.close();
      for (const response of readers.keys()) response.end();
      await sending;
    },
  };
}
