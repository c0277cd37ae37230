import { MINUTE, SECOND } from '@otklik/domain';
import Fastify, { type FastifyInstance } from 'fastify';

/** How long a client may take: a thousand slow ones must hold nothing. */
export interface Patience {
  /** Until a request's headers are complete. */
  readonly headersMs: number;
  /** Until the request is complete. 1 MiB at 60 KB/s takes 17 s. */
  readonly requestMs: number;
  /** How long a connection may be silent. The live stream writes every 15 s. */
  readonly stillMs: number;
  /** How often the first two are checked. */
  readonly lookEveryMs: number;
}

const PATIENCE: Patience = {
  headersMs: 10 * SECOND,
  requestMs: 20 * SECOND,
  stillMs: 5 * MINUTE,
  lookEveryMs: 2 * SECOND,
};

export function createServer({ headersMs, requestMs, stillMs, lookEveryMs } = PATIENCE): FastifyInstance {
  return Fastify({
    bodyLimit: 1_048_576,
    forceCloseConnections: true,
    trustProxy: false,
    requestTimeout: requestMs,
    connectionTimeout: stillMs,
    http: { headersTimeout: headersMs, connectionsCheckingInterval: lookEveryMs },
  });
}
