import { createHmac } from 'node:crypto';
import type { ChatScript, PlayedMessage, Told } from '../../testing/chatProvider.ts';
import { metaFeed } from '../channel.ts';

const [PAGE, SECRET, BOT] = ['900', 'the-app-secret', '42'];

const told = (entry: object): Told => {
  const body = { object: 'page', entry: [{ id: PAGE, time: Date.now(), ...entry }] };
  const signed = createHmac('sha256', SECRET).update(JSON.stringify(body)).digest('hex');
  return { headers: { 'x-hub-signature-256': `sha256=${signed}` }, body };
};

const client = (chat: number): string => `psid-${chat}`;

const says = ({ number, chat, by, text, at, isPicture }: PlayedMessage): Told => {
  const isOurs = by !== 'client';
  const [sender, recipient] = isOurs ? [PAGE, client(chat)] : [client(chat), PAGE];
  const message = {
    mid: `m_${number}`,
    ...(isPicture ? { attachments: [{ type: 'image', payload: {} }] } : { text }),
    ...(isOurs && { is_echo: true, app_id: by === 'machine' ? Number(BOT) : 1 }),
  };
  // Another app holds the chat.
  const where = chat === 2 ? 'standby' : 'messaging';
  return told({
    [where]: [{ sender: { id: sender }, recipient: { id: recipient }, timestamp: at, message }],
  });
};

const deleted = ({ number }: PlayedMessage, sender: string, recipient: string): Told =>
  told({
    messaging: [
      {
        sender: { id: sender },
        recipient: { id: recipient },
        timestamp: Date.now(),
        message: { mid: `m_${number}`, is_deleted: true, ...(sender === PAGE && { is_echo: true }) },
      },
    ],
  });

/** Repeats without a 200, signs the bytes, lists conversations without naming apps. */
export const metaScript: ChatScript = {
  repeats: true,
  yaml: ({ api }) =>
    `kind: meta, platform: messenger, account_id: "${PAGE}", app_secret: ${SECRET}, verify_token: only-we-know, token: the-token, bot_apps: ["${BOT}"], api_root: "${api}"`,
  says,
  deletes: (message) => deleted(message, client(message.chat), PAGE),
  ourDeletes: (message) => deleted(message, PAGE, client(message.chat)),
  hasPictures: true,
  unknown: () => told({ changes: [{ field: 'telepathy', value: {} }] }),
  feed: (channel, config, pace) => {
    if (channel.kind !== 'meta') throw new Error('another kind');
    return metaFeed(channel, config, pace);
  },
  api: ({ url, headers, method }, { messages }) => {
    if (headers.authorization !== 'Bearer the-token')
      return { status: 401, body: { error: { code: 190, message: 'bad token' } } };
    if (url.pathname === `/${PAGE}/subscribed_apps`)
      return { body: method === 'GET' ? { data: [] } : { success: true } };
    if (url.pathname === `/${PAGE}/feed`) return { body: { data: [] } };
    if (url.pathname !== `/${PAGE}/conversations` || !url.searchParams.get('fields')?.includes('messages'))
      return null;
    const data = [...Map.groupBy(messages, ({ chat }) => chat)].map(([chat, said]) => ({
      updated_time: new Date(Math.max(...said.map(({ at }) => at))).toISOString(),
      participants: { data: [{ id: PAGE }, { id: client(chat) }] },
      messages: {
        data: said.toReversed().map(({ number, by, text, at }) => ({
          id: `m_${number}`,
          from: { id: by === 'client' ? client(chat) : PAGE },
          created_time: new Date(at).toISOString(),
          message: text,
        })),
      },
    }));
    return { body: { data: data.sort((a, b) => (a.updated_time < b.updated_time ? 1 : -1)) } };
  },
};
