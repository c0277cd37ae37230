import type { Entity } from './html.ts';
import type { Keyboard } from './keyboard.ts';
import type { FakePerson } from './person.ts';

export interface MessageVersion {
  /** What the person reads. */
  readonly text: string;
  readonly entities: readonly Entity[];
  /** As sent, with markup. */
  readonly source: string;
  readonly buttons: Keyboard;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface SentFile {
  /** `photo`, `document` and so on. */
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A message as both sides see it. */
export class FakeMessage {
  readonly messageId: number;
  readonly from: 'bot' | 'user';
  readonly replyTo: number | null;
  /** Seconds since 1970. */
  readonly date: number;
  /** Other fields: a photo, a contact. */
  content: Readonly<Record<string, unknown>>;
  readonly file: SentFile | null;
  /** Oldest first; the last is current. */
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

  /** Milliseconds since 1970. */
  get sentAt(): number {
    return this.versions[0].at;
  }

  get editedAt(): number | null {
    return this.versions.length > 1 ? this.current.at : null;
  }
}

/** A person's private chat with a bot. */
export class FakeChat {
  readonly person: FakePerson;
  readonly messages: FakeMessage[] = [];
  /** Until then a bot may not write. */
  isStarted = false;
  isBlocked = false;
  /** Needed for the rate limit. */
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
