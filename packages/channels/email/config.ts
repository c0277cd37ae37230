import {
  type ChannelBase,
  channelBase,
  checkOneChannelEach,
  configKind,
  emailField,
  field,
  type Reading,
  type Secret,
  secret,
  smtpField,
  textField,
  urlField,
} from '@otklik/config/kind';
import { z } from 'zod';

export interface EmailChannel extends ChannelBase {
  readonly kind: 'email';
  /** The mailbox's own address. */
  readonly address: string;
  /** Other addresses of ours, and whole domains as `@example.ru`: whoever writes from them is one of us. Lower case. */
  readonly also: readonly string[];
  /** Addresses, and whole domains as `@example.ru`, of forms that name the client in their text alone: each of their mails is a client's. Lower case. */
  readonly forms: readonly string[];
  /** `imaps://user:password@host:993` */
  readonly imap: Secret;
  /** For answering from a ping; null: only reading. */
  readonly smtp: Secret | null;
  readonly oauth: EmailOAuth | null;
  /** The folder of sent mail where its name tells nobody; null: found by itself. */
  readonly sent: string | null;
  /**
   * Of which servers the `Authentication-Results` are believed: a name, `*.domain`, or `exchange_online`, which names itself
   * nowhere. Lower case; empty: of none, so that no From is proven.
   */
  readonly trustedAuthserv: readonly string[];
  /** `known`: of spam only what comes from people with whom we were in touch. */
  readonly junk: 'known' | 'all' | 'off';
}

/** Access tokens instead of a password (XOAUTH2). */
export interface EmailOAuth {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
}

const schema = z
  .strictObject({
    kind: z.literal('email').meta({ description: 'A mailbox, read by IMAP.' }),
    ...channelBase,
    address: emailField('The mailbox’s own address.'),
    also: z
      .array(ownAddressField())
      .default([])
      .meta({ description: 'Our other addresses and domains: whoever writes from them is one of us.' }),
    forms: z
      .array(ownAddressField())
      .default([])
      .meta({
        description:
          'From where web forms write that name the client in the text alone: each of their mails is a client of its own. A form that names the client in Reply-To needs no entry.',
        examples: [['noreply@forms.example']],
      }),
    imap: imapField(
      'The mail server: imaps://user:password@host:993. An @ in the name is written %40.',
      'env:SALES_IMAP',
    ),
    smtp: smtpField(
      'For answering from a ping: smtps://user:password@host:465. Without it the channel only reads.',
      'env:SALES_SMTP',
    ).optional(),
    oauth: z
      .strictObject({
        token_url: urlField('Where an access token is asked for.', 'https://oauth2.googleapis.com/token'),
        client_id: textField('Of the registered application.', '123.apps.googleusercontent.com'),
        client_secret: tokenField('Of the registered application.', 'env:MAIL_CLIENT_SECRET'),
        refresh_token: tokenField('The mailbox owner’s consent.', 'env:MAIL_REFRESH_TOKEN'),
      })
      .optional()
      .meta({ description: 'Access tokens instead of a password, as Google and Microsoft want them.' }),
    sent: textField('Folder of sent mail, where it is not found by itself.', 'Отправленные').optional(),
    trusted_authserv: z
      .union([authservField(), z.array(authservField())], {
        error:
          'is neither the name of a server (mx.example.ru, *.example.ru, exchange_online) nor a list of names',
      })
      .optional()
      .meta({
        description:
          'Whose  Authentication-Results  prove who wrote a mail: the name with which your own mail server begins them. Default: that of Gmail, Yandex, Mail.ru and Microsoft 365, by the address in  imap ; of any other server none, and [] of none at all.  channel check  tells the name.',
        examples: ['mx.example.ru'],
      }),
    junk: z.enum(['known', 'all', 'off']).default('known').meta({
      description:
        'Spam: known counts what comes from people with whom we were in touch, all everything that is no mass mail.',
    }),
  })
  .meta({ description: 'A mailbox: both sides, by IMAP.' });

export const emailKind = configKind<EmailChannel, z.output<typeof schema>>({
  kind: 'email',
  schema,
  settings: (entry) => ({
    address: entry.address.toLowerCase(),
    also: entry.also,
    forms: entry.forms,
    imap: entry.imap,
    smtp: entry.smtp ?? null,
    oauth:
      entry.oauth === undefined
        ? null
        : {
            tokenUrl: entry.oauth.token_url,
            clientId: entry.oauth.client_id,
            clientSecret: entry.oauth.client_secret,
            refreshToken: entry.oauth.refresh_token,
          },
    sent: entry.sent ?? null,
    trustedAuthserv:
      entry.trusted_authserv === undefined
        ? authservOf(new URL(entry.imap.reveal()).hostname)
        : [entry.trusted_authserv].flat(),
    junk: entry.junk,
  }),
  provesPhones: () => false,
  describe: ({ imap }) => `email, ${new URL(imap.reveal()).hostname}`,
  check: (entries, checking) =>
    checkOneChannelEach(
      entries,
      {
        key: 'imap',
        name: ({ imap }) => mailboxOf(imap),
        what: 'mailbox',
        remedy: 'One mailbox, one channel: its other addresses stand in  also',
      },
      checking,
    ),
});

/** Providers who write their own header on every mail, above whatever the sender has written. */
function authservOf(host: string): string[] {
  if (/^imap\.(gmail|googlemail)\.com$/.test(host)) return ['mx.google.com'];
  if (/^imap\.(yandex\.(ru|com|com\.tr|kz|by|uz)|ya\.ru)$/.test(host)) return ['*.yandex.net'];
  if (/^imap\.mail\.ru$/.test(host)) return ['mxs.mail.ru'];
  if (/^(outlook\.office365\.com|outlook\.office\.com|imap-mail\.outlook\.com)$/.test(host))
    return ['exchange_online'];
  return [];
}

function authservField() {
  const read = (text: string): Reading<string> =>
    /^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text) || text === 'exchange_online'
      ? { value: text.toLowerCase() }
      : { problem: 'is no name of a server such as mx.example.ru, *.example.ru or exchange_online' };
  return field(read, {
    description: 'A name, *.domain for all below it, or exchange_online.',
    examples: ['mx.example.ru'],
  });
}

function ownAddressField() {
  const read = (text: string): Reading<string> =>
    /^[^\s@]*@[^\s@][^\s@.]*\.[^\s@]+$/.test(text)
      ? { value: text.toLowerCase() }
      : { problem: 'is neither an address nor a domain such as @example.ru' };
  return field(read, { description: 'An address, or a domain as @example.ru.', examples: ['@example.ru'] });
}

function imapField(description: string, example: string) {
  const read = (text: string): Reading<Secret> => {
    const url = /^imaps?:\/\//.test(text) ? URL.parse(text) : null;
    if (url === null || url.hostname === '') return { problem: 'is no imaps:// or imap:// address' };
    return url.username === ''
      ? { problem: 'has no user', remedy: 'Write  imaps://user%40example.ru:password@host:993' }
      : { value: secret(text) };
  };
  return field(read, { description, examples: [example], writeOnly: true });
}

function tokenField(description: string, example: string) {
  const read = (text: string): Reading<Secret> =>
    /^\S{8,}$/.test(text) ? { value: secret(text) } : { problem: 'must be 8 characters and more, no spaces' };
  return field(read, { description, examples: [example], writeOnly: true });
}

function mailboxOf(imap: Secret): string {
  const { hostname, username } = new URL(imap.reveal());
  return `${username}@${hostname}`.toLowerCase();
}
