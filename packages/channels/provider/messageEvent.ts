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

export interface MessageFields {
  readonly kind?: 'message' | 'comment';
  readonly id: string;
  readonly thread: string;
  readonly side: Side;
  /** As the provider names them. */
  readonly author: {
    readonly id: string | null;
    readonly name?: string | null;
    readonly phone?: string | null;
    readonly email?: string | null;
    /** See `Author.typed`. */
    readonly typed?: { readonly phone?: string | null; readonly email?: string | null };
  };
  /** null: no provider time, our receipt counts. */
  readonly at: EpochMs | null;
  /** Ascending within the thread; any JSON value. */
  readonly seq?: unknown;
  /** null without words. */
  readonly text: string | null;
  /** There is or may be more than words: an empty text of ours alone is no answer. See {@link isSomething}. */
  readonly attached: boolean;
  readonly link?: string | null;
  readonly subject?: Subject | null;
}

/** Time capped by our receipt (law 5), words cut to what may be kept (law 11). */
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

/** Fits a bigint column. Rounding beyond 2^53 keeps the order. */
const isStorableInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63;

/** Whether a field holds a non-empty list, an object or a set flag. */
export const isSomething = (...fields: readonly unknown[]): boolean =>
  fields.some((field) => (Array.isArray(field) ? field.length > 0 : Boolean(field)));

/** `at` null: no provider time. */
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
