import type { ChannelBase } from '@otklik/config';
import {
  type Author,
  type EpochMs,
  type Event,
  keepText,
  type Privacy,
  type Side,
  type Subject,
  wordingOf,
} from '@otklik/domain';
import { storableName } from './storable.ts';

/** What somebody said, as a provider tells it. */
export interface MessageFields {
  readonly kind?: 'message' | 'comment';
  readonly id: string;
  readonly thread: string;
  readonly side: Side;
  /** What the provider knows the author by, and the name where it is told. */
  readonly author: {
    readonly id: string | null;
    readonly name?: string | null;
    readonly phone?: string | null;
    readonly email?: string | null;
    /** See `Author.typed`. */
    readonly typed?: { readonly phone?: string | null; readonly email?: string | null };
  };
  /** null: the provider gives no time, so that our receipt's counts. */
  readonly at: EpochMs | null;
  /** The provider's own ascending number within the thread, where it has one: any JSON value, as it came. */
  readonly seq?: unknown;
  /** null when nothing was said in words, or the provider does not tell them. */
  readonly text: string | null;
  /** Whether anything else was said with the words, or may have been: an empty text of ours alone is no answer. See {@link isSomething}. */
  readonly attached: boolean;
  readonly link?: string | null;
  readonly subject?: Subject | null;
}

/** As an event: the time capped by our receipt (law 5), the words cut down to what may be kept (law 11). */
export function messageEvent(
  {
    kind = 'message',
    id,
    thread,
    side,
    author,
    at,
    seq,
    text,
    attached,
    link = null,
    subject = null,
  }: MessageFields,
  channel: Pick<ChannelBase, 'id' | 'policy'>,
  privacy: Privacy,
  receivedAt: EpochMs,
): Event {
  const words = text === null ? null : text.replaceAll('\u0000', '').toWellFormed();
  return {
    kind,
    ...(subject && { subject }),
    channel: channel.id,
    id: storableName(id),
    thread: storableName(thread),
    side,
    author: {
      id: author.id === null ? null : storableName(author.id),
      name: author.name ? storableName(author.name) : null,
      phone: author.phone ?? null,
      email: author.email ? storableName(author.email) : null,
      ...typedBy(author.typed),
    },
    at: Math.min(at ?? receivedAt, receivedAt),
    atSource: at === null ? 'arrival' : 'provider',
    receivedAt,
    seq: isStorableInteger(seq) ? seq : null,
    text: keepText(words, privacy.text),
    wording: wordingOf(words, { formalReplies: channel.policy.formalReplies, attached }),
    link,
  };
}

function typedBy({
  phone,
  email,
}: NonNullable<MessageFields['author']['typed']> = {}): Pick<Author, 'typed'> {
  if (!phone && !email) return {};
  return { typed: { phone: phone || null, email: email ? storableName(email) : null } };
}

/** As a bigint can keep it. Beyond 2^53 JavaScript rounds, which leaves the order as it was. */
const isStorableInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;

/** Whether any of these fields of a message holds something: a list with items, an object, a flag that is set. */
export const isSomething = (...fields: readonly unknown[]): boolean =>
  fields.some((field) => (Array.isArray(field) ? field.length > 0 : Boolean(field)));

/** Somebody took back what their side had said. `at` null: the provider gives no time. */
export function deletionEvent(
  {
    of,
    thread,
    side,
    author,
    at,
  }: {
    of: string;
    thread: string;
    side: 'client' | 'employee';
    author: string | null;
    at: EpochMs | null;
  },
  channel: Pick<ChannelBase, 'id'>,
  receivedAt: EpochMs,
): Event {
  return {
    kind: 'deletion',
    channel: channel.id,
    id: `${storableName(of)}/deleted`,
    of: storableName(of),
    thread: storableName(thread),
    side,
    author: { id: author === null ? null : storableName(author), name: null, phone: null, email: null },
    at: Math.min(at ?? receivedAt, receivedAt),
    atSource: at === null ? 'arrival' : 'provider',
    receivedAt,
    seq: null,
  };
}
