import type { EpochMs } from '@otklik/domain';
import type { StaffMail } from '../channel.ts';
import { verdictOf } from './automatic.ts';
import type { EmailChannel } from './config.ts';
import type { Mail } from './mail.ts';
import { eventIdOf } from './messageIds.ts';
import { proofOf } from './proof.ts';
import { replyWords } from './replyWords.ts';

/** Where replies to pings arrive. */
interface PingMailbox {
  readonly channel: EmailChannel;
  /** Our people's own addresses. */
  readonly people: ReadonlySet<string>;
  /** The domain of our Message-IDs; null: no pings are sent from this mailbox. */
  readonly pings?: string | null;
}

/** The id of a notice is drawn by lot and told to nobody but whom the mail went to; that of a wait stands in addresses of the board. */
const OURS = /^(wait\.)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Which mails of ours one of our people answers, as far as the mail says: what stands before the @ of their ids, the nearest
 * first. Empty for any other mail. Whether they really went to that person, only the database knows. Of a sender for whom a trusted
 * server does not vouch the id of a wait is no proof.
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

/** What a person says by their reply; null when nobody has written it: a machine's answer goes to no client. */
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
