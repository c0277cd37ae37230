import { createHmac } from 'node:crypto';
import type { ChatScript, PlayedMessage, Told } from '../../testing/chatProvider.ts';

export const SECRET = 'the-secret-of-this-test';

/** What tawk.to posts a body with. */
export const signed = (text: string) => ({
  headers: { 'x-tawk-signature': createHmac('sha1', SECRET).update(text).digest('hex') },
});

const told = (body: object): Told => {
  const text = JSON.stringify(body);
  return { body: text, ...signed(text) };
};

const SENDERS = { client: 'v', person: 'a', machine: 's' } as const;
const property = { id: '58ca8453b8a7e060cd3b1ecb', name: 'Сайт' };
const visitor = { name: 'Пётр', email: 'petr@example.ru', city: 'moscow', country: 'RU' };
const inChat = (chat: number, messages: readonly PlayedMessage[]): readonly PlayedMessage[] =>
  messages.filter((each) => each.chat === chat).toSorted((one, other) => one.at - other.at);

/** A chat with all that was said in it so far, as if it were over after each message. */
const transcript = (chat: number, messages: readonly PlayedMessage[]): Told => ({
  ...told({
    event: 'chat:transcript_created',
    time: new Date().toISOString(),
    property,
    chat: {
      id: `chat-${chat}`,
      visitor,
      messages: inChat(chat, messages).map(({ by, text, at, isPicture }) => ({
        sender: { t: SENDERS[by], ...(by === 'person' && { n: 'Ольга' }) },
        type: isPicture ? 'file' : 'msg',
        msg: text,
        time: new Date(at).toISOString(),
      })),
    },
  }),
  tells: inChat(chat, messages),
});

/** tawk.to: what is not taken it posts again; what agents said stands in the transcript alone. */
export const tawkScript: ChatScript = {
  yaml: () => `kind: tawk, secret: ${SECRET}`,
  says: ({ chat }, messages) => transcript(chat, messages),
  unknown: () => told({ event: 'chat:telepathy', time: new Date().toISOString(), property }),
  api: () => null,
  repeats: true,
  hasPictures: true,
};
