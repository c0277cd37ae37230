import { QUERY_LIFETIME_S } from './answerCallbackQuery.ts';
import type { FakeBot, Press } from './bot.ts';
import { type FakeChat, FakeMessage } from './chat.ts';
import { chatBody, type FakePerson, userBody } from './person.ts';

export interface WritingOptions {
  readonly replyTo?: number;
  /** Seconds since 1970; default now. */
  readonly date?: number;
}

/** A person at their phone. */
export class FakeUser {
  readonly person: FakePerson;
  readonly #bot: (token: string) => FakeBot;

  constructor(person: FakePerson, bot: (token: string) => FakeBot) {
    this.person = person;
    this.#bot = bot;
  }

  get id(): number {
    return this.person.id;
  }

  /** @returns the message id. */
  writes(token: string, text: string, options: WritingOptions = {}): number {
    return this.#says(token, text, {}, options);
  }

  /** Part of Message, such as `{ photo: […], caption: 'ok' }`. */
  sends(token: string, content: Readonly<Record<string, unknown>>, options: WritingOptions = {}): number {
    return this.#says(token, '', content, options);
  }

  /** The bot gets the id, and the bytes by `getFile`. `about`: other fields. */
  sendsFile(
    token: string,
    kind: 'photo' | 'video' | 'voice' | 'audio' | 'document',
    bytes: Uint8Array,
    about: Readonly<Record<string, unknown>> = {},
    options: WritingOptions = {},
  ): number {
    const { bot } = this.#at(token);
    const { caption, media_group_id, ...own } = about;
    const id = `file-${bot.files.size + 1}`;
    bot.files.set(id, { bytes, path: null });
    const file = { file_id: id, file_unique_id: `same-${id}`, file_size: bytes.length, ...own };
    const sizes = [
      { ...file, file_id: `${id}-small`, file_unique_id: `small-${id}`, file_size: 1, width: 90, height: 90 },
      { width: 1280, height: 960, ...file },
    ];
    return this.sends(
      token,
      {
        [kind]: kind === 'photo' ? sizes : file,
        ...(caption === undefined ? {} : { caption }),
        ...(media_group_id === undefined ? {} : { media_group_id }),
      },
      options,
    );
  }

  replacesFile(token: string, messageId: number, bytes: Uint8Array): void {
    const { bot, chat } = this.#at(token);
    const message = chat.message(messageId);
    if (message?.from !== 'user') throw new Error(`${this.id} has no message ${messageId} of their own`);
    const id = `file-${bot.files.size + 1}`;
    bot.files.set(id, { bytes, path: null });
    message.content = {
      ...message.content,
      photo: [{ file_id: id, file_unique_id: `same-${id}`, width: 9, height: 9 }],
    };
    const date = bot.telegram.clock.seconds();
    bot.enqueue('edited_message', bot.messageBody(chat, message), this.id, { date });
  }

  edits(token: string, messageId: number, text: string): void {
    const { bot, chat } = this.#at(token);
    const message = chat.message(messageId);
    if (message?.from !== 'user') throw new Error(`${this.id} has no message ${messageId} of their own`);
    const at = bot.telegram.clock.now();
    if (Object.keys(message.content).length > 0) message.content = { ...message.content, caption: text };
    message.versions.push({
      ...message.current,
      text: Object.keys(message.content).length > 0 ? '' : text,
      source: text,
      at,
    });
    bot.enqueue('edited_message', bot.messageBody(chat, message), this.id, { date: Math.floor(at / 1000) });
  }

  presses(token: string, messageId: number, data: string): Press {
    const buttons = this.#at(token).chat.message(messageId)?.buttons.flat() ?? [];
    if (!buttons.some((button) => 'callback_data' in button && button.callback_data === data))
      throw new Error(`message ${messageId} has no button "${data}", but ${JSON.stringify(buttons)}`);
    return this.forges(token, messageId, data);
  }

  /** A missing button: a custom client can send any data. */
  forges(token: string, messageId: number, data: string): Press {
    const { bot, chat } = this.#at(token);
    const message = chat.message(messageId);
    if (message === null) throw new Error(`there is no message ${messageId}`);
    const press = bot.newPress();
    const query = {
      id: press.id,
      from: userBody(this.person),
      message: bot.messageBody(chat, message),
      chat_instance: String(-this.id),
      data,
    };
    bot.enqueue('callback_query', query, this.id, {
      date: bot.telegram.clock.seconds(),
      keptForS: QUERY_LIFETIME_S,
    });
    return press;
  }

  blocks(token: string): void {
    this.#becomes(token, true);
  }

  unblocks(token: string): void {
    this.#becomes(token, false);
  }

  /** https://core.telegram.org/bots/api#update, my_chat_member. */
  #becomes(token: string, isBlocked: boolean): void {
    const { bot, chat } = this.#at(token);
    const status = (blocked: boolean) => ({ user: bot.body(), status: blocked ? 'kicked' : 'member' });
    const date = bot.telegram.clock.seconds();
    const body = {
      chat: chatBody(this.person),
      from: userBody(this.person),
      date,
      old_chat_member: status(chat.isBlocked),
      new_chat_member: status(isBlocked),
    };
    chat.isBlocked = isBlocked;
    bot.enqueue('my_chat_member', body, this.id, { date });
  }

  #says(
    token: string,
    text: string,
    content: Readonly<Record<string, unknown>>,
    { replyTo, date }: WritingOptions,
  ): number {
    const { bot, chat } = this.#at(token);
    if (replyTo !== undefined && chat.message(replyTo) === null)
      throw new Error(`there is no message ${replyTo} to answer`);
    const { clock } = bot.telegram;
    const message = new FakeMessage(
      {
        messageId: bot.newMessageId(),
        from: 'user',
        replyTo: replyTo ?? null,
        date: date ?? clock.seconds(),
        content,
      },
      { text, entities: commandIn(text), source: text, buttons: [], at: clock.now() },
    );
    chat.messages.push(message);
    chat.isStarted = true;
    bot.enqueue('message', bot.messageBody(chat, message), this.id, { date: message.date });
    return message.messageId;
  }

  #at(token: string): { bot: FakeBot; chat: FakeChat } {
    const bot = this.#bot(token);
    return { bot, chat: bot.chat(this.person) };
  }
}

function commandIn(text: string) {
  const command = /^\/\w+/.exec(text)?.[0];
  return command === undefined ? [] : [{ type: 'bot_command', offset: 0, length: command.length }];
}
