import type { Address, Mail } from './mail.ts';
import { isRobot } from './people.ts';

/** `mass`: a list or a campaign, or a machine by all appearance; a person may still be behind it when it answers us. */
export type Verdict = 'human' | 'mass' | 'auto';

/** The header by which Otklik's own mails are known. */
const OWN = 'x-otklik';

const LEGACY = ['x-autoreply', 'x-autorespond', 'x-auto-reply-from', 'x-mail-autoreply'];

/**
 * Whether a machine wrote it, by its headers alone: RFC 3834, 5 (Auto-Submitted), RFC 6522 (reports), RFC 2919 and 2369
 * (lists), and what programs set besides. X-Auto-Response-Suppress proves nothing: people's mails bear it. Nor does
 * Feedback-ID, which some senders put on every mail. Of a list alone, what is addressed to us is a person's.
 * @param writer see `writerOf`.
 * @param isForUs whether one of our addresses is among the recipients.
 */
export function verdictOf(
  { headers, contentType, reportType, from }: Mail,
  writer: Address | null = from,
  isForUs = false,
): Verdict {
  const submitted = headers.get('auto-submitted')?.trim().toLowerCase() ?? 'no';
  if (headers.has(OWN) || !/^no\b/.test(submitted)) return 'auto';
  if (contentType === 'multipart/report' || reportType !== null) return 'auto';
  if (headers.get('return-path')?.trim() === '<>') return 'auto';
  if (LEGACY.some((name) => isYes(headers.get(name)))) return 'auto';
  const precedence = headers.get('precedence')?.trim().toLowerCase();
  if (precedence === 'auto_reply') return 'auto';
  const name = from?.address.split('@', 1).join('') ?? '';
  if (name === 'mailer-daemon' || name === 'postmaster') return 'auto';
  const isCampaign =
    precedence === 'bulk' ||
    precedence === 'junk' ||
    headers.has('list-unsubscribe') ||
    isRobot(writer?.address ?? '');
  const isOfList = precedence === 'list' || headers.has('list-id');
  return isCampaign || (isOfList && !isForUs) ? 'mass' : 'human';
}

const isYes = (value: string | undefined): boolean =>
  value !== undefined && !['', 'no', 'false', '0'].includes(value.trim().toLowerCase());

/** What decides: fetched of every mail. */
export const DECIDING_HEADERS = [
  'references',
  'date',
  'auto-submitted',
  'return-path',
  'authentication-results',
  'precedence',
  'list-id',
  'list-unsubscribe',
  OWN,
  ...LEGACY,
] as const;
