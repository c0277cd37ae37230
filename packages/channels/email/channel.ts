import { type Config, channelsOf, senderOf } from '@otklik/config';
import type { Channel, Feed } from '../channel.ts';
import { checkMailbox } from './check.ts';
import { type EmailChannel, emailKind } from './config.ts';
import { listenMailbox } from './listen.ts';
import { pingMailbox } from './pingMailbox.ts';
import { MAIL_CARRIES, sendMail } from './send.ts';

/** IMAP in; SMTP out if configured. */
export const emailChannel: Channel<EmailChannel> = {
  config: emailKind,
  feeds: (config) => channelsOf(config, emailKind).map((channel) => feedOf(channel, config)),
  send: sendMail,
  canSend: ({ smtp }) => smtp !== null,
  carries: () => MAIL_CARRIES,
  check: (channel) => checkMailbox(channel),
};

function feedOf(channel: EmailChannel, config: Config): Feed {
  const people = new Set(
    [...config.people.values()].flatMap(({ email }) => (email === null ? [] : [email.toLowerCase()])),
  );
  const { privacy } = config;
  const { oauth } = channel;
  const pings =
    pingMailbox(config)?.id === channel.id ? senderOf(config.notify.email?.from ?? '').domain : null;
  return {
    name: `email:${channel.id}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.address,
      channel.also,
      channel.trustedAuthserv,
      channel.imap.reveal(),
      oauth && [oauth.tokenUrl, oauth.clientId, oauth.clientSecret.reveal(), oauth.refreshToken.reveal()],
      channel.sent,
      channel.junk,
      channel.policy.formalReplies,
      [...people],
      privacy,
      pings,
    ]),
    start: (deps) => listenMailbox({ channel, people, privacy, pings }, deps),
  };
}
