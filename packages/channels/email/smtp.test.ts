import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { EmailChannel } from './config.ts';
import { mailboxProblem } from './problems.ts';
import { transportOf } from './smtp.ts';
import { emailChannelOf } from './testing/mails.ts';

const listening = (server: Pick<Server, 'listen'>) =>
  new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

describe('the way out', () => {
  const asked: string[] = [];
  let status = 200;
  const tokens = createServer(async (request, response) => {
    asked.push(await text(request));
    response.writeHead(status).end(status === 200 ? '{"access_token":"fresh-token"}' : '{}');
  });
  const signedIn: (string | null | undefined)[] = [];
  const smtp = new SMTPServer({
    authMethods: ['XOAUTH2', 'PLAIN'],
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => {
      signedIn.push(auth.accessToken ?? auth.password);
      done(null, { user: auth.username });
    },
  });
  let oauth: NonNullable<EmailChannel['oauth']>;
  let port = 0;
  beforeAll(async () => {
    await Promise.all([listening(tokens), listening(smtp)]);
    port = (smtp.server.address() as AddressInfo).port;
    oauth = {
      tokenUrl: `http://127.0.0.1:${(tokens.address() as AddressInfo).port}/token`,
      clientId: 'id',
      clientSecret: { reveal: () => 'client-secret' },
      refreshToken: { reveal: () => 'refresh-token' },
    };
  });
  afterAll(async () => {
    tokens.close();
    await new Promise((closed) => smtp.close(() => closed(undefined)));
  });
  const signIn = async (credentials: string, over: Partial<EmailChannel>) => {
    const transport = await transportOf(emailChannelOf(over), `smtp://${credentials}@127.0.0.1:${port}`);
    await transport.verify();
    transport.close();
    return signedIn.at(-1);
  };

  it('signs in by a fresh access token where the mailbox has OAuth, else by its password', async () => {
    assert.equal(await signIn('sales%40example.ru:', { oauth }), 'fresh-token');
    assert.match(asked.join(), /grant_type=refresh_token.*refresh_token=refresh-token/);
    assert.equal(await signIn('sales%40example.ru:p%20w', {}), 'p w');
  });

  it('tells a consent that was taken back from a service that is busy', async () => {
    const problem = () => signIn('sales:', { oauth }).catch((error: unknown) => mailboxProblem(error).en);
    status = 400;
    assert.match(String(await problem()), /refresh_token/);
    status = 503;
    assert.doesNotMatch(String(await problem()), /refresh_token/);
    status = 200;
  });

  it('gives no password over a plain line but on the machine itself', async () => {
    const isUpgraded = async (url: string) => {
      const { options } = await transportOf(emailChannelOf(), url);
      return 'requireTLS' in options && options.requireTLS;
    };
    assert.equal(await isUpgraded('smtp://sales:x@mail.example'), true);
    assert.equal(await isUpgraded('smtp://sales:x@127.0.0.1:25'), false);
  });
});
