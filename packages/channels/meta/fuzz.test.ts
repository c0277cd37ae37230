import { createHmac } from 'node:crypto';
import { AT, type Destroyed, destroyed, type Posted, SECRET } from '../testing/destroyed.ts';

const signed = (text: string): Posted => ({
  headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(text).digest('hex')}` },
});

const meta = (sender: string, recipient: string, over: object) => ({
  object: 'page',
  entry: [
    {
      id: '900',
      messaging: [
        {
          sender: { id: sender },
          recipient: { id: recipient },
          timestamp: AT * 1_000,
          message: { mid: 'm', text: 'а', ...over },
        },
      ],
    },
  ],
});

const metaEntry = (over: object) => ({ object: 'page', entry: [{ id: '900', ...over }] });

const metaComment = (from: string, over: object = {}) =>
  metaEntry({
    changes: [
      {
        field: 'feed',
        value: {
          item: 'comment',
          verb: 'add',
          comment_id: '1_2',
          post_id: '1',
          from: { id: from },
          message: 'а',
          ...over,
        },
      },
    ],
  });

/** Meta hides people's identities, never the page's. */
const isWithoutAuthor = (body: unknown): boolean => !JSON.stringify(body).includes('"from":{"id":"900"}');

const metaEdit = (sender: string, recipient: string) => ({
  sender: { id: sender },
  recipient: { id: recipient },
  timestamp: AT * 1_000,
  message_edit: { mid: 'm', num_edit: 0, text: 'а' },
});

const BODIES: readonly Destroyed[] = [
  {
    kind: 'meta, comments',
    yaml: `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaComment('55'),
    ours: metaComment('900'),
    hidesAuthor: isWithoutAuthor,
  },
  {
    kind: 'meta, posts of visitors',
    yaml: `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaComment('55', { item: 'post', comment_id: null }),
    ours: metaComment('900', { item: 'post', comment_id: null }),
  },
  {
    kind: 'meta, in the entry itself',
    yaml: `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaEntry({
      field: 'messages',
      value: {
        sender: { id: '55' },
        recipient: { id: '900' },
        timestamp: String(AT),
        message: { mid: 'm', text: 'а' },
      },
    }),
    ours: metaEntry({
      field: 'messages',
      value: {
        sender: { id: '900' },
        recipient: { id: '55' },
        timestamp: String(AT),
        message: { mid: 'm', text: 'а', is_echo: true },
      },
    }),
  },
  {
    kind: 'meta, an edit for the nought-th time',
    yaml: `kind: meta, platform: instagram, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: metaEntry({ messaging: [metaEdit('55', '900')] }),
    ours: metaEntry({ messaging: [metaEdit('900', '55')] }),
  },
  {
    kind: 'meta',
    yaml: `kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
    how: signed,
    client: meta('55', '900', {}),
    ours: meta('900', '55', { is_echo: true, app_id: 1 }),
  },
];

for (const each of BODIES) destroyed(each);
