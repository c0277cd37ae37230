import type { ClientCard, Join, Suggestion } from '@otklik/store';
import { z } from 'zod';
import { iso } from '../present.ts';
import { instant } from './fields.ts';

const clientShape = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    channels: z.array(z.string()),
    phone: z.string().nullable().describe('Masked'),
    email: z.string().nullable().describe('Masked'),
    typed_phone: z
      .string()
      .nullable()
      .describe('Masked; as the client typed it: nobody vouches for it, and it joins nobody'),
    typed_email: z.string().nullable().describe('The same of an address'),
    last_event_at: instant.nullable(),
    open_waits: z.number(),
  })
  .meta({ id: 'Client' });

export const suggestionShape = z
  .object({
    a: clientShape,
    b: clientShape,
    reason: z
      .enum(['same_name', 'shared_handle', 'typed_handle'])
      .describe('typed_handle: one of them only says that it is theirs'),
    value: z.string().describe('What they have in common; a number or an address is masked'),
    seen_at: instant,
  })
  .meta({ id: 'Suggestion' });

export const joinShape = z
  .object({
    id: z.uuid(),
    a: clientShape,
    b: clientShape,
    reason: z.enum(['phone', 'email', 'person']),
    value: z.string().nullable().describe('Masked'),
    by: z.string().nullable().describe('Who joined them; null: the channels attest the same handle'),
    at: instant,
    undone_at: instant.nullable(),
    undone_by: z
      .string()
      .nullable()
      .describe('null when the thread turned out to be written in by several people'),
    to_review: z
      .boolean()
      .describe('Made before the upgrade by a handle that nobody vouches for: confirm it or undo it'),
  })
  .meta({ id: 'Join' });

const presentClient = (card: ClientCard) => ({
  id: card.id,
  name: card.name,
  channels: [...card.channels],
  phone: maskPhone(card.phone),
  email: maskEmail(card.email),
  typed_phone: maskPhone(card.typed_phone),
  typed_email: maskEmail(card.typed_email),
  last_event_at: card.last_event_at === null ? null : iso(card.last_event_at),
  open_waits: card.open_waits,
});

export const presentSuggestion = ({ a, b, reason, value, seen_at }: Suggestion) => ({
  a: presentClient(a),
  b: presentClient(b),
  reason,
  value: reason === 'same_name' ? value : mask(value),
  seen_at: iso(seen_at),
});

export const presentJoin = (join: Join) => ({
  id: join.id,
  a: presentClient(join.a),
  b: presentClient(join.b),
  reason: join.reason,
  value: join.value === null ? null : mask(join.value),
  by: join.by,
  at: iso(join.at),
  undone_at: join.undone_at === null ? null : iso(join.undone_at),
  undone_by: join.undone_by,
  to_review: join.to_review,
});

/** Enough to tell two numbers apart, too little to dial (law 11). */
export const maskPhone = (phone: string | null): string | null =>
  phone === null ? null : `${phone.slice(0, 2)}…${phone.slice(-4)}`;

export function maskEmail(email: string | null): string | null {
  if (email === null) return null;
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}

const mask = (value: string): string => (value.includes('@') ? maskEmail(value) : maskPhone(value)) ?? '';
