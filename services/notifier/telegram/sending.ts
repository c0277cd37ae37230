import { digestOf, type TelegramMessage, withoutLinks } from './message.ts';

export type Called =
  | { readonly outcome: 'ok' }
  | { readonly outcome: 'refused'; readonly code: number }
  | { readonly outcome: 'retry'; readonly afterMs: number | null };

const BAD_REQUEST = 400;

/** A message refused for its content (400) is sent again without links. */
export async function withLinksOrWithout<Message extends TelegramMessage, T extends Called>(
  message: Message,
  send: (message: Message) => Promise<T>,
): Promise<T> {
  const called = await send(message);
  const bare = withoutLinks(message);
  const isAboutContent = called.outcome === 'refused' && called.code === BAD_REQUEST;
  return isAboutContent && digestOf(bare) !== digestOf(message) ? send(bare) : called;
}

/** telegraf's types want mutable arrays. */
export const mutable = ({ text, reply_markup }: TelegramMessage) =>
  structuredClone({ text, reply_markup }) as never as {
    text: string;
    reply_markup: { inline_keyboard: never[][] };
  };
