import type { ClientCard, Join, Suggestion } from '@otklik/store';
import { iso } from '../present.ts';

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

/** Enough to tell two numbers apart, too little to dial one (law 11). */
export const maskPhone = (phone: string | null): string | null =>
  phone === null ? null : `${phone.slice(0, 2)}…${phone.slice(-4)}`;

export function maskEmail(email: string | null): string | null {
  if (email === null) return null;
  const at = email.lastIndexOf('@');
  return `${email.slice(0, 1)}…${email.slice(at)}`;
}

const mask = (value: string): string => (value.includes('@') ? maskEmail(value) : maskPhone(value)) ?? '';
