import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
} from 'bullmq';
import pg from 'pg';

/**
 * A connection that always has an error listener: an unheard error ends the process. An error before the user listens
 * is passed to them when they do.
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
 * BullMQ 6.7.0 does not listen to connections that break while it migrates, nor to the listening one when it breaks
 * at once or while it closes: a restart of the server would end the process.
 */
class HeardConnection extends PostgresConnection {
  constructor(options: PostgresConnectionOptions) {
    super(options);
    this.pool.on('connect', (client) => void client.on('error', () => undefined));
    Object.assign(this, { pgModule: { Client: HeardClient } }); // for the listening connection
  }
}

/**
 * Polls each second. After an error a worker of BullMQ 6.7.0 waits up to an hour for a notification, and a connection
 * that breaks as it begins to listen brings none.
 */
class AskingBackend extends PostgresQueueBackend {
  override get maximumBlockTimeout(): number {
    return 1; // s
  }
}

/** As BullMQ's `createPostgresBackend`, on these connections. */
export const createHeardBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (
  name,
  options,
  { withBlockingConnection = false } = {},
) => {
  const connection = new HeardConnection(options.connection);
  return new AskingBackend(connection, name, options, true, withBlockingConnection ? name : undefined);
};
