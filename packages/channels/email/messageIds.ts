import { createHash } from 'node:crypto';
import type { Mail } from './mail.ts';

const LONGEST = 250;

/** `<a@b>` without brackets and folding. Case counts (RFC 5322, 3.6.4). */
export function messageIdOf(text: string | undefined): string | null {
  const id = (text ?? '')
    .replaceAll(/[\s<>\0]/g, '')
    .slice(0, LONGEST)
    .toWellFormed();
  return id === '' ? null : id;
}

/** The ids of References, oldest first. */
export function referencesOf(text: string | undefined): string[] {
  const ids = text?.match(/<[^<>]+>/g) ?? text?.split(/\s+/) ?? [];
  return ids.map((id) => messageIdOf(id)).filter((id) => id !== null);
}

/** Some programs name several, or add words (obsolete, RFC 5322, 4.5.4). */
export function answeredIds(text: string | undefined): string[] {
  const ids = text?.match(/<[^<>]+>/g) ?? [/\s/.test(text?.trim() ?? '') ? undefined : text];
  return ids.map((id) => messageIdOf(id ?? undefined)).filter((id) => id !== null);
}

/** The Message-ID, so that copies and moves count once; otherwise a hash of what stays the same. */
export function eventIdOf(mail: Pick<Mail, 'messageId' | 'from' | 'subject' | 'size' | 'headers'>): string {
  if (mail.messageId !== null) return mail.messageId;
  const parts = [mail.from?.address ?? '', mail.headers.get('date') ?? '', mail.subject, mail.size];
  return `h:${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)}`;
}
