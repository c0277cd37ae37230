import type { Entity } from './html.ts';
import type { Keyboard } from './keyboard.ts';
import type { FakePerson } from './person.ts';

/** What a message says at one moment of its life. */
export interface MessageVersion {
  /** What the person reads. */
  readonly text: string;
  readonly entities: readonly Entity[];
  /** The text as the bot sent it, with its markup. */
  readonly source: string;
  readonly buttons: Keyboard;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A file that a bot sent. */
export interface SentFile {
  /** `photo`, `document` and the like. */
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A message in a private chat, as both sides see it now. */
export class FakeMessage {
  readonly messageId: number;
  readonly from: 'bot' | 'user';
  readonly replyTo: number | null;
  /** Seconds since the epoch: what the provider tells. */
  readonly date: number;
  /** Fields of the provider's body other than the text: a photo, a contact. */
  content: Readonly<Record<string, unknown>>;
  /** Of what the bot sent. */
  readonly file: SentFile | null;
  /** Oldest first; the last is what the message says now. */
  readonly versions: [MessageVersion, ...MessageVersion[]];

  constructor(
    about: Pick<FakeMessage, 'messageId' | 'from' | 'replyTo' | 'date' | 'content'> & { file?: SentFile },
    first: MessageVersion,
  ) {
    this.messageId = about.messageId;
    this.from = about.from;
    this.replyTo = about.replyTo;
    this.date = about.date;
    this.content = about.content;
    this.file = about.file ?? null;
    this.versions = [first];
  }

  get current(): MessageVersion {
    return this.versions.at(-1) ?? this.versions[0];
  }

  get text(): string {
    return this.current.text;
  }

  get source(): string {
    return this.current.source;
  }

  get buttons(): Keyboard {
    return this.current.buttons;
  }

  /** Milliseconds since the epoch. */
  get sentAt(): number {
    return this.versions[0].at;
  }

  get editedAt(): number | null {
    return this.versions.length > 1 ? this.current.at : null;
  }
}

/** One person's private chat with one bot. */
export class FakeChat {
  readonly person: FakePerson;
  readonly messages: FakeMessage[] = [];
  /** Whether the person has ever written: before that a bot may not. */
  isStarted = false;
  isBlocked = false;
  /** When the bot sent here, for the rate limit. */
  lastSentAt = Number.NEGATIVE_INFINITY;

  constructor(person: FakePerson) {
    this.person = person;
  }

  message(messageId: number): FakeMessage | null {
    return this.messages.find((message) => message.messageId === messageId) ?? null;
  }

  get fromBot(): FakeMessage[] {
    return this.messages.filter(({ from }) => from === 'bot');
  }
}
