import type { FakeBot } from './bot.ts';
import type { Call } from './methods.ts';
import { type FakePerson, userBody } from './person.ts';
import { Refusal } from './refusal.ts';

export type Speaker = FakePerson | 'anonymous' | { readonly channel: number; readonly title: string };

export interface GroupOptions {
  readonly title: string;
  /** The channel whose comments it holds. */
  readonly linked?: number;
  readonly isDirectMessages?: boolean;
}

export interface GroupMessageOptions {
  readonly replyTo?: number;
  /** A forum topic. */
  readonly topic?: number;
  /** Whose direct-messages topic it is. */
  readonly directTo?: FakePerson;
  readonly signature?: string;
  /** Seconds since 1970; default now. */
  readonly date?: number;
  readonly content?: Readonly<Record<string, unknown>>;
}

/** https://core.telegram.org/bots/api#message (`from`, `sender_chat`): stand-ins for a group or channel. */
const GROUP_BOT = { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' };
const CHANNEL_BOT = { id: 136817688, is_bot: true, first_name: 'Channel', username: 'Channel_Bot' };
const TELEGRAM = { id: 777000, is_bot: false, first_name: 'Telegram' };

interface Said {
  readonly body: Record<string, unknown>;
  readonly thread: number | null;
}

/** A supergroup with the bot. */
export class FakeGroup {
  readonly id: number;
  readonly options: GroupOptions;
  status: 'member' | 'administrator' | 'left' | 'kicked' = 'administrator';
  movedTo: number | null = null;
  readonly #bot: FakeBot;
  readonly #said = new Map<number, Said>();
  #lastId = 0;

  constructor(bot: FakeBot, id: number, options: GroupOptions) {
    this.#bot = bot;
    this.id = id;
    this.options = options;
    bot.groups.set(id, this);
  }

  newMessageId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  writes(speaker: Speaker, text: string, options: GroupMessageOptions = {}): number {
    const { replyTo, topic, directTo, signature, content } = options;
    const parent = replyTo === undefined ? undefined : this.#said.get(replyTo);
    if (replyTo !== undefined && parent === undefined) throw new Error(`there is no message ${replyTo}`);
    // A reply joins its parent's thread or starts one, even without topics.
    const thread = topic ?? (replyTo === undefined ? null : (parent?.thread ?? replyTo));
    return this.#say(thread, options.date, {
      ...this.#speaker(speaker),
      ...(signature === undefined ? {} : { author_signature: signature }),
      ...(thread === null ? {} : { message_thread_id: thread }),
      ...(topic === undefined ? {} : { is_topic_message: true }),
      ...(directTo === undefined
        ? {}
        : { direct_messages_topic: { topic_id: directTo.id, user: userBody(directTo) } }),
      ...(parent === undefined ? {} : { reply_to_message: parent.body }),
      ...(text === '' ? {} : { text }),
      ...content,
    });
  }

  /** A post as it appears here. */
  post(text: string, date?: number): number {
    const { linked } = this.options;
    if (linked === undefined) throw new Error('the group is not linked to a channel');
    const channel = { id: linked, type: 'channel', title: 'Shop' };
    return this.#say(null, date, {
      from: TELEGRAM,
      sender_chat: channel,
      is_automatic_forward: true,
      forward_origin: {
        type: 'channel',
        date: this.#bot.telegram.clock.seconds(),
        message_id: 55,
        chat: channel,
      },
      text,
    });
  }

  /** A service message: a join, a pin. */
  service(content: Readonly<Record<string, unknown>>): void {
    this.#say(null, undefined, { from: TELEGRAM, ...content });
  }

  /** Changes the bot's membership. */
  becomes(status: FakeGroup['status']): void {
    this.status = status;
    const user = this.#bot.body();
    this.#bot.enqueue(
      'my_chat_member',
      {
        chat: this.#chat(),
        from: TELEGRAM,
        date: this.#now(),
        old_chat_member: { user, status: 'member' },
        new_chat_member: { user, status },
      },
      this.id,
      { date: this.#now() },
    );
  }

  /** The group goes on under another id. */
  movesTo(id: number): FakeGroup {
    const next = new FakeGroup(this.#bot, id, this.options);
    next.status = this.status;
    this.service({ migrate_to_chat_id: id });
    this.movedTo = id;
    next.service({ migrate_from_chat_id: this.id });
    return next;
  }

  #say(thread: number | null, date: number | undefined, content: Record<string, unknown>): number {
    const id = this.newMessageId();
    const at = date ?? this.#now();
    const body = { message_id: id, date: at, chat: this.#chat(), ...content };
    const { reply_to_message: _, ...withoutReply } = body as Record<string, unknown>;
    this.#said.set(id, { body: withoutReply, thread });
    // Privacy mode: a member sees only commands and replies to it; nobody sees after leaving.
    const hears = this.status === 'administrator' || (this.status === 'member' && this.#bot.readsAllOfGroups);
    if (hears) this.#bot.enqueue('message', body, this.id, { date: at });
    return id;
  }

  #speaker(speaker: Speaker): Record<string, unknown> {
    if (speaker === 'anonymous') return { from: GROUP_BOT, sender_chat: this.#chat() };
    if ('channel' in speaker) {
      return {
        from: CHANNEL_BOT,
        sender_chat: { id: speaker.channel, type: 'channel', title: speaker.title },
      };
    }
    return { from: userBody(speaker) };
  }

  #chat(): Record<string, unknown> {
    const { title, isDirectMessages } = this.options;
    return {
      id: this.id,
      title,
      type: 'supergroup',
      ...(isDirectMessages ? { is_direct_messages: true } : {}),
    };
  }

  #now(): number {
    return this.#bot.telegram.clock.seconds();
  }
}

/** https://core.telegram.org/bots/api#getchat */
export function getChat({ bot, params }: Call): unknown {
  const id = params.integer('chat_id');
  const group = id === null ? undefined : bot.groups.get(id);
  if (group === undefined || group.status === 'left' || group.status === 'kicked')
    throw Refusal.impossible('chat not found');
  const { title, linked } = group.options;
  return { id, type: 'supergroup', title, ...(linked === undefined ? {} : { linked_chat_id: linked }) };
}

/** https://core.telegram.org/bots/api#getchatmember */
export function getChatMember({ bot, params }: Call): unknown {
  const id = params.integer('chat_id');
  const user = params.integer('user_id');
  const group = id === null ? undefined : bot.groups.get(id);
  if (group === undefined) throw Refusal.impossible('chat not found');
  if (user !== bot.id) throw Refusal.impossible('user not found');
  if (group.status === 'kicked') throw Refusal.forbidden('bot was kicked from the supergroup chat');
  return { user: bot.body(), status: group.status };
}
