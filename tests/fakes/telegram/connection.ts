import type { FakeBot } from './bot.ts';
import type { Call } from './methods.ts';
import { chatBody, type FakePerson, userBody } from './person.ts';
import { Refusal } from './refusal.ts';

export interface BusinessOptions {
  /** Seconds since 1970; default now. */
  readonly date?: number;
  readonly content?: Readonly<Record<string, unknown>>;
}

/** An employee's connected account: https://core.telegram.org/bots/api#businessconnection */
export class FakeConnection {
  readonly id: string;
  readonly owner: FakePerson;
  isEnabled = true;
  readonly #bot: FakeBot;
  #lastId: number;

  /** Messages are numbered per account, across connections. */
  constructor(bot: FakeBot, id: string, owner: FakePerson, lastId = 4_100) {
    this.#bot = bot;
    this.id = id;
    this.owner = owner;
    this.#lastId = lastId;
    bot.connections.set(id, this);
  }

  announces(): void {
    this.#bot.enqueue('business_connection', this.body(), this.owner.id, { date: this.#now() });
  }

  disconnects(): void {
    this.isEnabled = false;
    this.announces();
  }

  /** Makes a new connection of the same account. */
  connectsAnew(id: string): FakeConnection {
    const next = new FakeConnection(this.#bot, id, this.owner, this.#lastId);
    next.announces();
    return next;
  }

  clientWrites(client: FakePerson, text: string, options: BusinessOptions = {}): number {
    return this.#say(client, userBody(client), text, options);
  }

  /** The owner writes in their own Telegram. */
  ownerWrites(client: FakePerson, text: string, options: BusinessOptions = {}): number {
    return this.#say(client, userBody(this.owner), text, options);
  }

  /** A greeting, away message or scheduled one. */
  sendsAutomatically(client: FakePerson, text: string, options: BusinessOptions = {}): number {
    return this.#say(client, userBody(this.owner), text, { ...options, content: { is_from_offline: true } });
  }

  /** Another connected bot answers for the owner. */
  otherBotWrites(client: FakePerson, text: string): number {
    const bot = { id: 990001, is_bot: true, first_name: 'Helper', username: 'helper_bot' };
    return this.#say(client, userBody(this.owner), text, { content: { sender_business_bot: bot } });
  }

  edits(client: FakePerson, messageId: number, text: string): void {
    const at = this.#now();
    this.#bot.enqueue(
      'edited_business_message',
      { ...this.#message(client, userBody(client), messageId, at), edit_date: at, text },
      client.id,
      { date: at },
    );
  }

  deletes(client: FakePerson, messageIds: readonly number[]): void {
    this.#bot.enqueue(
      'deleted_business_messages',
      { business_connection_id: this.id, chat: chatBody(client), message_ids: messageIds },
      client.id,
      { date: this.#now() },
    );
  }

  /** This bot's sending for the owner comes back. */
  echo(chat: number, messageId: number, text: string): void {
    const client = this.#bot.telegram.people.get(chat) ?? { id: chat, firstName: 'Client' };
    const body = this.#message(client, userBody(this.owner), messageId, this.#now());
    this.#bot.enqueue('business_message', { ...body, sender_business_bot: this.#bot.body(), text }, chat, {
      date: this.#now(),
    });
  }

  newMessageId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  body(): Record<string, unknown> {
    return {
      id: this.id,
      user: userBody(this.owner),
      user_chat_id: this.owner.id,
      date: this.#now(),
      is_enabled: this.isEnabled,
      rights: { can_reply: true },
    };
  }

  #say(client: FakePerson, from: object, text: string, { date, content }: BusinessOptions): number {
    const id = this.newMessageId();
    const at = date ?? this.#now();
    const body = { ...this.#message(client, from, id, at), ...(text === '' ? {} : { text }), ...content };
    if (this.isEnabled) this.#bot.enqueue('business_message', body, client.id, { date: at });
    return id;
  }

  #message(client: FakePerson, from: object, id: number, date: number): Record<string, unknown> {
    return { business_connection_id: this.id, message_id: id, date, chat: chatBody(client), from };
  }

  #now(): number {
    return this.#bot.telegram.clock.seconds();
  }
}

/** https://core.telegram.org/bots/api#getbusinessconnection */
export function getBusinessConnection({ bot, params }: Call): unknown {
  const id = params.text('business_connection_id');
  const connection = id === null ? undefined : bot.connections.get(id);
  if (connection === undefined) throw Refusal.impossible('business connection not found');
  return connection.body();
}
