import {
  type BackendFactory,
  PostgresConnection,
  type PostgresConnectionOptions,
  PostgresQueueBackend,
} from 'bullmq';

type ListenClient = Awaited<ReturnType<PostgresConnection['getListenClient']>>;

/** What breaks is told by the query that breaks with it; an `error` event that nobody hears ends the process. */
const hear = (client: ListenClient): void => void client.on('error', () => undefined);

/**
 * BullMQ 6.7.0 hears neither connections that break while it migrates, nor the one that listens while it closes: a
 * restart of the server at that moment would end the process.
 */
class HeardConnection extends PostgresConnection {
  readonly #heard = new WeakSet<ListenClient>();

  constructor(options: PostgresConnectionOptions) {
    super(options);
    this.pool.on('connect', hear);
  }

  override async getListenClient(): Promise<ListenClient> {
    const client = await super.getListenClient();
    if (this.#heard.has(client)) return client;
    this.#heard.add(client);
    hear(client);
    const removeAll = client.removeAllListeners.bind(client);
    client.removeAllListeners = (event) => {
      removeAll(event);
      hear(client);
      return client;
    };
    return client;
  }
}

/** As BullMQ's `createPostgresBackend`, on connections that are heard. */
export const createHeardBackend: BackendFactory<PostgresQueueBackend, PostgresConnectionOptions> = (
  name,
  options,
  { withBlockingConnection = false } = {},
) => {
  const connection = new HeardConnection(options.connection);
  return new PostgresQueueBackend(connection, name, options, true, withBlockingConnection ? name : undefined);
};
