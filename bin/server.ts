import { MINUTE, SECOND } from '@otklik/domain';
import Fastify, { type FastifyInstance } from 'fastify';

/** How long whoever connects may take. Whoever is slower is cut off, so that a thousand slow ones hold nothing. */
export interface Patience {
  /** Until the headers of a request are there, ms. */
  readonly headersMs: number;
  /** Until all of it is there, ms. A body of 1 MiB at 60 KB/s needs 17 s. */
  readonly requestMs: number;
  /** For how long nothing may move on a connection, ms. The live stream says something every 15 s. */
  readonly stillMs: number;
  /** How often the first two are looked at, ms. */
  readonly lookEveryMs: number;
}

const PATIENCE: Patience = {
  headersMs: 10 * SECOND,
  requestMs: 20 * SECOND,
  stillMs: 5 * MINUTE,
  lookEveryMs: 2 * SECOND,
};

/** Every server of ours, whatever it serves. */
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
