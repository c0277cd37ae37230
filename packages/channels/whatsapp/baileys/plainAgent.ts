import { Agent } from 'node:https';
import { connect } from 'node:net';

/**
 * The library speaks HTTPS to whatever keeps the files. A server of one's own that is spoken to by `ws:`, on loopback, keeps them
 * without TLS as well.
 */
class PlainAgent extends Agent {
  override createConnection(options: { host?: string; port?: number }): ReturnType<typeof connect> {
    return connect(options.port ?? 80, options.host);
  }
}

export const mediaAgentFor = (webSocket: string): Agent | undefined =>
  webSocket.startsWith('ws:') ? new PlainAgent() : undefined;
