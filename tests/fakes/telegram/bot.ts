import type { Changes } from './changes.ts';
import { FakeChat, type FakeMessage } from './chat.ts';
import type { FakeClock } from './clock.ts';
import type { FakeConnection } from './connection.ts';
import type { FakeFile } from './files.ts';
import type { Poll } from './getUpdates.ts';
import type { FakeGroup } from './group.ts';
import type { Mentionable } from './keyboard.ts';
import { chatBody, type FakePerson, userBody } from './person.ts';
import type { SentElsewhere } from './sendElsewhere.ts';
import { UpdateQueue } from './updateQueue.ts';
import type { Webhook } from './webhook.ts';

export interface Telegram {
  readonly clock: FakeClock;
  readonly changes: Changes;
  readonly people: Map<number, FakePerson>;
  readonly rateLimits: { areEnforced: boolean };
  /** Before the first delayed retry; the very first is immediate, later waits double. */
  readonly webhookRetryMs: number;
  complain(bot: FakeBot, method: string, problem: string): void;
}

export interface Press {
  readonly id: string;
  readonly at: number;
  /** null before `answerCallbackQuery`. */
  answer: { readonly text: string | null; readonly showAlert: boolean } | null;
}

export interface BotNames {
  readonly username?: string;
  readonly firstName?: string;
}

const DAY_S = 86_400;
/** https://core.telegram.org/bots/api#update: not sent without an explicit list. */
const NOT_BY_DEFAULT = ['chat_member', 'message_reaction', 'message_reaction_count'];

/** The provider's state of one bot. */
export class FakeBot {
  readonly telegram: Telegram;
  readonly token: string;
  readonly id: number;
  readonly username: string;
  readonly firstName: string;
  readonly queue = new UpdateQueue();
  readonly chats = new Map<number, FakeChat>();
  readonly presses = new Map<string, Press>();
  readonly groups = new Map<number, FakeGroup>();
  readonly connections = new Map<string, FakeConnection>();
  /** Privacy mode is off (@BotFather, Group Privacy). */
  readsAllOfGroups = false;
  readonly sentElsewhere: SentElsewhere[] = [];
  /** Files by id. */
  readonly files = new Map<string, FakeFile>();
  commands: readonly { command: string; description: string }[] = [];
  webhook: Webhook | null = null;
  poll: Poll | null = null;
  allowedUpdates: readonly string[] = [];
  /** 2 delivers the next update twice. */
  copiesOfNext = 1;
  /** Reverses the next batch. */
  misordersNext = false;
  sentAt: number[] = [];
  #lastMessageId = 0;
  #lastPressId = 4_430_000;

  constructor(telegram: Telegram, token: string, names: BotNames) {
    this.telegram = telegram;
    this.token = token;
    this.id = Number(token.split(':', 1));
    this.username = names.username ?? `fake_${this.id}_bot`;
    this.firstName = names.firstName ?? 'Fake';
  }

  chat(person: FakePerson): FakeChat {
    const chat = this.chats.get(person.id) ?? new FakeChat(person);
    this.chats.set(person.id, chat);
    return chat;
  }

  /** All private chats share one sequence, in both directions. */
  newMessageId(): number {
    this.#lastMessageId += 1;
    return this.#lastMessageId;
  }

  newPress(): Press {
    this.#lastPressId += 1;
    const press: Press = { id: String(this.#lastPressId), at: this.telegram.clock.now(), answer: null };
    this.presses.set(press.id, press);
    return press;
  }

  /** Queues an update unless it is unrequested or expired. */
  enqueue(
    kind: string,
    body: unknown,
    chat: number,
    from: { readonly date: number; readonly keptForS?: number },
  ): void {
    const wanted =
      this.allowedUpdates.length > 0 ? this.allowedUpdates.includes(kind) : !NOT_BY_DEFAULT.includes(kind);
    const expiresAt = (from.date + (from.keptForS ?? DAY_S)) * 1000;
    if (!wanted || expiresAt <= this.telegram.clock.now()) return;
    this.queue.add({ [kind]: body }, chat, expiresAt, this.copiesOfNext);
    this.copiesOfNext = 1;
    this.poll?.wake();
    this.webhook?.wake();
    this.telegram.changes.happened();
  }

  messageBody(chat: FakeChat, message: FakeMessage, withReply = true): Record<string, unknown> {
    const { text, entities, buttons } = message.current;
    const replied = withReply && message.replyTo !== null ? chat.message(message.replyTo) : null;
    return {
      message_id: message.messageId,
      from: message.from === 'user' ? userBody(chat.person) : this.body(),
      chat: chatBody(chat.person),
      date: message.date,
      ...(message.editedAt === null ? {} : { edit_date: Math.floor(message.editedAt / 1000) }),
      ...(replied === null ? {} : { reply_to_message: this.messageBody(chat, replied, false) }),
      ...(text === '' ? {} : { text }),
      ...(entities.length === 0 ? {} : { entities }),
      ...message.content,
      ...(buttons.length === 0 ? {} : { reply_markup: { inline_keyboard: buttons } }),
    };
  }

  body(): Record<string, unknown> {
    return { id: this.id, is_bot: true, first_name: this.firstName, username: this.username };
  }

  readonly mentionable: Mentionable = (userId) => {
    const person = this.telegram.people.get(userId);
    if (person === undefined) return 'unknown';
    return person.isPrivate ? 'forbidden' : 'yes';
  };
}
