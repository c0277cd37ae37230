import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
} from 'bullmq';
import pg from 'pg';

/**
 * A connection on which no error goes unheard, from before it stands until after it is closed: one that nobody hears ends
 * the process. What broke before its user listened is told to them when they do.
 */
class HeardClient extends pg.Client {
  #broke: Error | null = null;

  constructor(config?: pg.ClientConfig) {
    super(config);
    super.on('error', (error) => {
      this.#broke ??= error;
    });
  }

  override on(...[event, listener]: Parameters<pg.Client['on']>): this {
    super.on(event, listener);
    const broke = this.#broke;
    if ((event as string) === 'error' && broke)
      queueMicrotask(() => (listener as (error: Error) => void)(broke));
    return this;
  }

  override removeAllListeners(event?: string): this {
    super.removeAllListeners(event);
    super.on('error', () => undefined);
    return this;
  }
}

/**
 * BullMQ 6.7.0 hears neither connections that break while it migrates, nor the one that listens when it breaks at once or
 * while it closes: a restart of the server at that moment would end the process.
 */
class HeardConnection extends PostgresConnection {
  constructor(options: PostgresConnectionOptions) {
    super(options);
    this.pool.on('connect', (client) => void client.on('error', () => undefined));
    Object.assign(this, { pgModule: { Client: HeardClient } }); // what the one that listens is made of
  }
}

/**
 * BullMQ 6.7.0 lets a worker wait for its next word for an hour after an error, and a connection that breaks in the moment in
 * which it begins to listen says no word. So it asks by itself, each second, whatever it was told.
 */
class AskingBackend extends PostgresQueueBackend {
  override get maximumBlockTimeout(): number {
    return 1; // s
  }
}

/** As BullMQ's `createPostgresBackend`, on connections that are heard. */
export const createHeardBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (
  name,
  options,
  { withBlockingConnection = false } = {},
) => {
  const connection = new HeardConnection(options.connection);
  return new AskingBackend(connection, name, options, true, withBlockingConnection ? name : undefined);
};
