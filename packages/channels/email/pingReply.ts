import type { EpochMs } from '@otklik/domain';
import type { StaffMail } from '../channel.ts';
import { verdictOf } from './automatic.ts';
import type { EmailChannel } from './config.ts';
import type { Mail } from './mail.ts';
import { eventIdOf } from './messageIds.ts';
import { proofOf } from './proof.ts';
import { replyWords } from './replyWords.ts';

interface PingMailbox {
  readonly channel: EmailChannel;
  /** Addresses of our people. */
  readonly people: ReadonlySet<string>;
  /** Domain of our Message-IDs; null: no pings from this mailbox. */
  readonly pings?: string | null;
}

/** A notice's id is secret; a wait's id appears in board addresses. */
const OURS = /^(wait\.)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Nearest first; empty for any other mail. The database knows who got them. For an unproven sender a wait's id proves
 * nothing.
 */
export function pingsAnswered(mail: Mail, { channel, people, pings }: PingMailbox): string[] {
  if (!pings || mail.folder === 'sent' || mail.from === null || !people.has(mail.from.address)) return [];
  const ids = [mail.inReplyTo, ...mail.references.toReversed()].flatMap((id) => {
    const [name = '', domain = ''] = id?.toLowerCase().split('@') ?? [];
    return domain === pings && OURS.test(name) ? [name] : [];
  });
  const isUnproven = proofOf(mail, channel) === 'unproven';
  return [...new Set(ids)].filter((name) => !(isUnproven && name.startsWith('wait.')));
}

/** null for a machine's answer, which goes to no client. */
export function replyToPing(
  mail: Mail,
  about: readonly string[],
  { channel }: PingMailbox,
  receivedAt: EpochMs,
): StaffMail | null {
  const verdict = verdictOf(mail, { writer: mail.from, isForUs: true, isOurs: true });
  if (mail.from === null || mail.report !== null || verdict !== 'human') return null;
  return {
    kind: 'mail',
    channel: channel.id,
    from: mail.from.address,
    messageId: eventIdOf(mail),
    references: mail.references.slice(-MOST_REFERENCES),
    about: about.slice(0, MOST_REFERENCES),
    text: replyWords(mail.text ?? ''),
    attached: mail.attached ?? 'nothing',
    at: Math.min(mail.internalDate ?? receivedAt, receivedAt),
    receivedAt,
  };
}

const MOST_REFERENCES = 20;
