import { Agent } from 'node:https';
import { connect } from 'node:net';

/** The library uploads by HTTPS only; a `ws:` server on loopback has no TLS. */
class PlainAgent extends Agent {
  override createConnection(options: { host?: string; port?: number }): ReturnType<typeof connect> {
    return connect(options.port ?? 80, options.host);
  }
}

export const mediaAgentFor = (webSocket: string): Agent | undefined =>
  webSocket.startsWith('ws:') ? new PlainAgent() : undefined;
