import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';
import { type MailRead, readMail } from './readMail.ts';

export interface FakeSmtp {
  /** For otklik.yaml. */
  readonly url: string;
  readonly mails: readonly MailRead[];
  to(address: string): readonly MailRead[];
  close(): Promise<void>;
}

/** Takes mails of `sender` only, like large providers. */
export async function startFakeSmtp(sender: string): Promise<FakeSmtp> {
  const mails: MailRead[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom: ({ address }, _session, done) => done(address === sender ? null : refused(553)),
    onData: (stream, _session, done) => {
      text(stream)
        .then((mail) => {
          mails.push(readMail(mail));
          done();
        })
        .catch(done);
    },
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    to: (address) => mails.filter(({ to }) => to === address),
    close: () => new Promise((closed) => server.close(() => closed())),
  };
}

const refused = (responseCode: number): Error =>
  Object.assign(new Error('5.7.1 Sender address rejected: not owned by auth user'), { responseCode });
