import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Checks the password, sends what the test says. */
export class AmiPeer {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  /** Connections without events. */
  readonly #silent = new Set<Socket>();
  /** Calls in progress, as fields of CoreShowChannel. */
  going: Readonly<Record<string, string>>[] = [];
  logins = 0;
  readonly originated: ReadonlyMap<string, string>[] = [];
  /** null: no answer. */
  originates: Readonly<Record<string, string>> | null = {
    Response: 'Success',
    Message: 'Originate successfully queued',
  };

  private constructor(user: string, secret: string) {
    this.#server = createServer((socket) => {
      socket.write('Asterisk Call Manager/9.0.0\r\n');
      let left = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (left + chunk).split('\r\n\r\n');
        left = parts.pop() ?? '';
        for (const part of parts)
          this.#answer(socket, new Map(part.split('\r\n').map(fieldOf)), user, secret);
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#silent.delete(socket);
      });
    });
  }

  static async start(user: string, secret: string): Promise<AmiPeer> {
    const peer = new AmiPeer(user, secret);
    await new Promise<void>((listening) => peer.#server.listen(0, '127.0.0.1', listening));
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  says(event: string, fields: Readonly<Record<string, string>>): void {
    this.tells([{ Event: event, ...fields }]);
  }

  tells(messages: readonly Readonly<Record<string, string>>[]): void {
    const text = messages.map(messageOf).join('');
    for (const socket of this.#sockets) socket.write(text);
  }

  /** Breaks the connections and keeps listening. */
  breaks(): void {
    for (const socket of [...this.#sockets, ...this.#silent]) socket.destroy();
  }

  async close(): Promise<void> {
    this.breaks();
    await new Promise((closed) => this.#server.close(closed));
  }

  #answer(socket: Socket, asked: ReadonlyMap<string, string>, user: string, secret: string): void {
    if (asked.get('Action') === 'Login') {
      const isKnown = asked.get('Username') === user && asked.get('Secret') === secret;
      socket.write(
        messageOf({
          ...answerTo(asked),
          Response: isKnown ? 'Success' : 'Error',
          Message: 'Authentication',
        }),
      );
      if (!isKnown) socket.end();
      else if (asked.get('Events') === 'off') this.#silent.add(socket);
      else {
        this.#sockets.add(socket);
        this.logins += 1;
      }
    } else if (asked.get('Action') === 'Originate' && this.#silent.has(socket)) {
      this.originated.push(asked);
      if (this.originates) socket.write(messageOf({ ...answerTo(asked), ...this.originates }));
    } else if (asked.get('Action') === 'CoreShowChannels' && this.#sockets.has(socket)) {
      socket.write(messageOf({ Response: 'Success', EventList: 'start' }));
      for (const fields of this.going) socket.write(messageOf({ Event: 'CoreShowChannel', ...fields }));
      socket.write(messageOf({ Event: 'CoreShowChannelsComplete', EventList: 'Complete' }));
    } else if (asked.get('Action') === 'Ping') socket.write(messageOf({ Response: 'Success', Ping: 'Pong' }));
  }
}

const answerTo = (asked: ReadonlyMap<string, string>): Readonly<Record<string, string>> => {
  const id = asked.get('ActionID');
  return id === undefined ? {} : { ActionID: id };
};

const fieldOf = (line: string): [string, string] => {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
};

const messageOf = (fields: Readonly<Record<string, string>>): string =>
  `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`;
