import type { ServerResponse } from 'node:http';
import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import {
  channelStates,
  type Listening,
  listen,
  livingAccess,
  type NamedWait,
  type Scope,
  type Store,
  unseenAside,
  type WaitChange,
  waitsById,
} from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import { type Asker, asConfigured, scopeOf, sees } from './access.ts';
import { countOf, withAside } from './asideGaps.ts';
import { presentWait } from './present.ts';

export interface Stream {
  /** Sends the live events of this asker to the response until it closes, or until their access ends: then the stream ends with it. */
  add(response: ServerResponse, asker: Asker): void;
  close(): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
/** How soon an edit of the configuration counts for open streams. */
const FOLLOW_EVERY_MS = 250;
/** A revocation is told at once; this often the table is asked all the same, which also ends what has run out. */
const ASK_EVERY_MS = 10_000;
const HELLO = 'event: hello\ndata: {}\n\n';
const CHANNELS_CHANGED = 'event: channels.changed\ndata: {}\n\n';
/** A channel that only waits to be called. */
const NEVER_HEARD = { up: null, problem: null, gaps: [], silent_since: null, usual_per_hour: null };
/** A reader who takes nothing for this many bytes is let go; its browser connects anew and reads the list. */
const MOST_BUFFERED = 1_048_576;

/** Server-sent events (HTML standard, section 9.2) for every board that is open. Each change is read and written out once for all of them. */
export async function openStream(deps: {
  store: Store;
  config(): Config;
  log: Log;
  now(): EpochMs;
}): Promise<Stream> {
  const readers = new Map<ServerResponse, { readonly asker: Asker; scope: Scope }>();
  const pending = new Map<string, WaitChange[]>();
  let sending: Promise<void> = Promise.resolve();

  const end = (response: ServerResponse) => {
    readers.delete(response);
    response.end();
  };

  /** Whoever left the configuration hears no more; whose view changed is greeted anew, and reads the list again. All hear that channels came, went or changed. */
  let { people, channels, gone } = deps.config();
  const followConfig = () => {
    const config = deps.config();
    const isListed = config.channels === channels && config.gone === gone;
    if (config.people === people && isListed) return;
    ({ people, channels, gone } = config);
    for (const [response, reader] of readers) {
      const now = asConfigured(reader.asker, config);
      const scope = now && scopeOf(now, config);
      if (scope === null) end(response);
      else if (JSON.stringify(scope) !== JSON.stringify(reader.scope)) {
        reader.scope = scope;
        response.write(HELLO);
      } else if (!isListed) response.write(CHANNELS_CHANGED);
    }
  };

  let asked = deps.now();
  let isDoubtful = false;
  const endRevoked = async () => {
    asked = deps.now();
    isDoubtful = false;
    const ids = new Set([...readers.values()].flatMap(({ asker }) => asker.id ?? []));
    if (ids.size === 0) return;
    const living = await livingAccess(deps.store, [...ids], asked, deps.config().session);
    for (const [response, { asker }] of readers)
      if (asker.id !== null && ids.has(asker.id) && !living.has(asker.id)) end(response);
  };
  const look = () => {
    followConfig();
    if (!isDoubtful && Math.abs(deps.now() - asked) < ASK_EVERY_MS) return;
    void endRevoked().catch((error) =>
      deps.log.warn({ err: error }, 'who may still hear the live stream could not be asked'),
    );
  };

  const write = (event: string, data: unknown, wait: NamedWait | null) => {
    const chunk = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    followConfig();
    for (const [response, { scope }] of readers) {
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
    let pastChanged = false;
    for (const wait of await waitsById(deps.store, [...changes.keys()])) {
      if (wait.history) {
        pastChanged = true;
        continue;
      }
      const present = presentWait(wait, deps.config(), deps.now());
      // What has no time of closing leaves the board, and does not go among the closed.
      const shown = wait.test ? { ...present, closed_at: null } : present;
      for (const change of changes.get(wait.id) ?? []) {
        // A wait that turned out to be part of another leaves the board like one that is closed.
        write(`wait.${wait.voided_at !== null ? 'closed' : change}`, shown, wait);
      }
    }
    // Thousands may come at once, and none of them is an alarm: whoever shows history reads it again.
    if (pastChanged) write('history.changed', {}, null);
  };
  const sendSoon = () => {
    sending = sending
      .then(sendPending)
      .catch((error) => deps.log.error({ err: error }, 'the live stream could not be sent'));
  };

  const sendChannel = async (channel: string) => {
    const [states, unseen] = await Promise.all([channelStates(deps.store), unseenAside(deps.store, channel)]);
    const { up, problem, gaps, silent_since, usual_per_hour } = states.get(channel) ?? NEVER_HEARD;
    const isHeard = up !== false && silent_since === null;
    write(
      isHeard ? 'channel.up' : 'channel.down',
      {
        channel,
        up,
        problem,
        gaps: withAside(gaps, unseen.get(channel), deps.config().locale),
        kept_aside: countOf(unseen.get(channel)),
        silent_since: silent_since === null ? null : new Date(silent_since).toISOString(),
        usual_per_hour,
      },
      null,
    );
  };

  const listening: Listening = await listen(deps.store, {
    signal: (said) => {
      if (said.about === 'waits') {
        for (const { id, change } of said.changes) pending.set(id, [...(pending.get(id) ?? []), change]);
        sendSoon();
      } else if (said.about === 'people') {
        write('people.changed', {}, null);
      } else if (said.about === 'channel') {
        void sendChannel(said.channel).catch((error) =>
          deps.log.error({ err: error }, 'a channel could not be shown'),
        );
      } else if (said.about === 'access') {
        isDoubtful = true;
        look();
      }
    },
    // What was said while we did not hear is gone: whoever watches reads the list again.
    gap: () => {
      isDoubtful = true;
      write('hello', {}, null);
    },
    error: (error) => deps.log.warn({ err: error }, 'the live stream does not hear'),
  });
  const heartbeat = setInterval(() => {
    for (const response of readers.keys()) response.write(': alive\n\n');
  }, HEARTBEAT_MS);
  const following = setInterval(look, FOLLOW_EVERY_MS);

  return {
    add: (response, asker) => {
      const scope = scopeOf(asker, deps.config());
      if (scope === null) throw new Error(`the role ${asker.role} has no stream`);
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'keep-alive',
        'x-accel-buffering': 'no',
      });
      response.write(`retry: 1000\n${HELLO}`);
      readers.set(response, { asker, scope });
      // It may have been revoked since it was looked at, and that was told to those who heard then.
      isDoubtful = true;
      response.once('close', () => readers.delete(response));
    },
    close: async () => {
      clearInterval(heartbeat);
      clearInterval(following);
      await listening.close();
      for (const response of readers.keys()) response.end();
      await sending;
    },
  };
}
