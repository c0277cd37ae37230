import type { ServerResponse } from 'node:http';
import type { Config } from '@otklik/config';
import { type EpochMs, SECOND } from '@otklik/domain';
import { livingAccess, type NamedWait, type Scope, type Store } from '@otklik/store';
import { type Asker, asConfigured, scopeOf, sees } from '../access.ts';

export interface ReadersDeps {
  store: Store;
  config(): Config;
  now(): EpochMs;
}

/** Open boards, each with what its reader may see. */
export interface Readers {
  add(response: ServerResponse, asker: Asker): void;
  isEmpty(): boolean;
  /** To all, or only to those who may see `wait`. */
  write(event: string, data: unknown, wait: NamedWait | null): void;
  /** Proxies close quiet connections. */
  keepAlive(): void;
  followConfig(): void;
  endRevoked(): Promise<void>;
  close(): void;
}

/** A reader so far behind is disconnected; its browser connects anew and reads the list. */
const MOST_BUFFERED = 1_048_576;
const RECONNECT_MS = SECOND;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  connection: 'keep-alive',
  'x-accel-buffering': 'no',
};

export function createReaders({ store, config, now }: ReadersDeps): Readers {
  const readers = new Map<ServerResponse, { readonly asker: Asker; scope: Scope }>();
  const end = (response: ServerResponse): void => {
    readers.delete(response);
    response.end();
  };

  /** Ends the streams of people who left. A reader whose view changed is greeted again, and reads the list. */
  let { people, channels, gone } = config();
  const followConfig = (): void => {
    const current = config();
    const isListed = current.channels === channels && current.gone === gone;
    if (current.people === people && isListed) return;
    ({ people, channels, gone } = current);
    for (const [response, reader] of readers) {
      const access = asConfigured(reader.asker, current);
      const scope = access && scopeOf(access, current);
      if (scope === null) end(response);
      else if (JSON.stringify(scope) !== JSON.stringify(reader.scope)) {
        reader.scope = scope;
        response.write(eventText('hello', {}));
      } else if (!isListed) response.write(eventText('channels.changed', {}));
    }
  };

  return {
    add(response, asker) {
      const scope = scopeOf(asker, config());
      if (scope === null) throw new Error(`the role ${asker.role} has no stream`);
      response.writeHead(200, HEADERS);
      response.write(`retry: ${RECONNECT_MS}\n${eventText('hello', {})}`);
      readers.set(response, { asker, scope });
      response.once('close', () => readers.delete(response));
    },
    isEmpty: () => readers.size === 0,
    write(event, data, wait) {
      const text = eventText(event, data);
      followConfig();
      for (const [response, { scope }] of readers) {
        if (wait !== null && !sees(scope, wait)) continue;
        if (response.writableLength > MOST_BUFFERED) response.destroy();
        else response.write(text);
      }
    },
    keepAlive() {
      for (const response of readers.keys()) response.write(': alive\n\n');
    },
    followConfig,
    async endRevoked() {
      const ids = new Set([...readers.values()].flatMap(({ asker }) => asker.id ?? []));
      if (ids.size === 0) return;
      const living = await livingAccess(store, [...ids], now(), config().session);
      for (const [response, { asker }] of readers)
        if (asker.id !== null && ids.has(asker.id) && !living.has(asker.id)) end(response);
    },
    close() {
      for (const response of readers.keys()) response.end();
    },
  };
}

/** Server-sent events: HTML standard, section 9.2. */
const eventText = (event: string, data: unknown): string =>
  `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
