import { buffer } from 'node:stream/consumers';
import type { FetchMessageObject, ImapFlow, MessageAddressObject, MessageStructureObject } from 'imapflow';
import addressparser from 'nodemailer/lib/addressparser';
import { attachedIn } from './attachedIn.ts';
import { DECIDING_HEADERS } from './automatic.ts';
import { mayBeReport, REPORT_HEADERS, RETURNED_PARTS, readReport, STATUS_PARTS } from './deliveryReport.ts';
import type { Address, DeliveryReport, Mail } from './mail.ts';
import { answeredIds, messageIdOf, referencesOf } from './messageIds.ts';
import { ownWords, unmarkedWords, wordsOfHtml } from './words.ts';

/** How much is read of a mail's words or of a report. */
const MOST_TEXT_BYTES = 65_536;
/** Per kind of report part. */
const MOST_REPORT_PARTS = 4;

/** UIDs of a folder, inclusive; `only` narrows them. */
export interface UidRange {
  readonly from: number;
  readonly to: number;
  readonly only?: ReadonlySet<number> | null;
  /** Skips whatever can be large, for a mail that breaks the connection. */
  readonly isBare?: boolean;
}

/**
 * Mails of a UID range in order: all headers at once, then the words of those wanted. Leaves out drafts, which Gmail
 * shows in «All mail».
 */
export async function fetchMails(
  client: ImapFlow,
  folder: Mail['folder'],
  { from, to, only = null, isBare = false }: UidRange,
  withText: (mail: Mail) => boolean,
): Promise<Mail[]> {
  if (only !== null && ![...only].some((uid) => uid >= from && uid <= to)) return [];
  const large = { bodyStructure: true, headers: [...DECIDING_HEADERS, ...REPORT_HEADERS] };
  const query = {
    uid: true,
    internalDate: true,
    flags: true,
    labels: true,
    envelope: true,
    size: true,
    ...(isBare ? {} : large),
  };
  const found: FetchMessageObject[] = [];
  for await (const message of client.fetch(`${from}:${to}`, query, { uid: true })) found.push(message);
  const mails: Mail[] = [];
  for (const message of found.toSorted((a, b) => a.uid - b.uid)) {
    // `n:*` returns the last mail for any n.
    if (message.uid < from || message.uid > to || only?.has(message.uid) === false) continue;
    if (isDraft(message)) continue;
    // Gmail's «All mail» has both sides; no filter can set this label.
    const mail = mailOf(message, message.labels?.has('\\Sent') ? 'sent' : folder);
    const structure = message.bodyStructure;
    if (structure === undefined) {
      mails.push(mail);
      continue;
    }
    const report = await reportOf(client, message.uid, mail, structure);
    const isRead = report?.isSure !== true && withText(mail);
    mails.push({ ...mail, report, ...(isRead && (await textOf(client, message.uid, structure))) });
  }
  return mails;
}

const isDraft = ({ flags, labels }: FetchMessageObject): boolean =>
  flags?.has('\\Draft') === true || labels?.has('\\Draft') === true;

function mailOf(message: FetchMessageObject, folder: Mail['folder']): Mail {
  const { envelope = {}, bodyStructure, internalDate } = message;
  const lines = headerLinesOf(message.headers);
  // The first of duplicates counts.
  const headers = new Map(lines.toReversed());
  const time = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  const references = referencesOf(headers.get('references'));
  const answered = answeredIds(headers.get('in-reply-to') ?? envelope.inReplyTo);
  const [replyTo = null] = [
    ...addressesOf(envelope.replyTo),
    ...writtenIn(headers.get('reply-to')),
    ...writtenIn(headers.get('x-original-from')),
  ];
  const named = [...addressesOf(envelope.from), ...writtenIn(headers.get('from'))];
  const [from = null] = [
    ...named,
    ...(replyTo === null ? [] : [replyTo]),
    ...writtenIn(headers.get('sender')),
    // The envelope sender, written by the receiving server (RFC 5321, 4.4).
    ...writtenIn(headers.get('return-path')),
  ];
  return {
    folder,
    messageId: messageIdOf(envelope.messageId),
    inReplyTo: answered[0] ?? null,
    references: answered.length > 1 ? [...new Set([...references, ...answered])] : references,
    from,
    replyTo,
    to: [...addressesOf(envelope.to), ...addressesOf(envelope.cc), ...addressesOf(envelope.bcc)],
    subject: storable(subjectIn(envelope.subject, headers.get('subject'))),
    internalDate: Number.isNaN(time) ? null : time,
    size: message.size ?? 0,
    headers,
    precedence: lines.flatMap(([name, value]) =>
      name === 'precedence' && !/^\s*normal\s*$/i.test(value) ? [value.trim().toLowerCase()] : [],
    ),
    // A proof is about the From, not about a substitute.
    authentication:
      named.length === 0 || (envelope.from?.length ?? 0) > 1
        ? []
        : lines.flatMap(([name, value]) => (name === 'authentication-results' ? [value] : [])),
    contentType: bodyStructure?.type ?? '',
    reportType: bodyStructure === undefined ? null : reportTypeOf(bodyStructure),
    ...(bodyStructure && { attached: attachedIn(bodyStructure) }),
    text: null,
    report: null,
  };
}

/** Looks also for the part that only such a report has (RFC 5965, 8098): a relay may change the outermost type. */
function reportTypeOf(structure: MessageStructureObject): string | null {
  const said = structure.parameters?.['report-type']?.toLowerCase();
  if (said !== undefined) return said;
  const parts = outerPartsIn(structure).filter(({ disposition }) => disposition !== 'attachment');
  return parts.map(({ type }) => REPORTING_PART.exec(type)?.[1]).find((type) => type !== undefined) ?? null;
}

const REPORTING_PART = /^message\/(feedback-report|disposition-notification)$/;

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

function addressesOf(list: readonly MessageAddressObject[] | undefined): Address[] {
  return (list ?? []).flatMap(({ address, name }) => {
    const clean = storable(address ?? '')
      .trim()
      .toLowerCase();
    return clean.includes('@') && !NO_ADDRESS.test(clean)
      ? [{ address: clean, name: storable(name ?? '').trim() || null }]
      : [];
  });
}

/** The raw subject, where the server could not decode it. */
const subjectIn = (said = '', written = ''): string =>
  said.includes('\ufffd') && written !== '' ? written : said;

/** Servers' placeholders: people with an unreadable From would become one client. */
const NO_ADDRESS =
  /@\.?(missing_domain|syntax[-_]error|missing-host-name|unspecified-domain)\.?$|^(missing_mailbox|invalid_address)@/;

/** Reads addresses from a raw header. */
function writtenIn(header: string | undefined): Address[] {
  if (header === undefined) return [];
  const found = addressparser(header, { flatten: true });
  return addressesOf(found.map(({ name, address }) => ({ address, name: /=\?/.test(name) ? '' : name })));
}

/** Lower-case names, unfolded values. */
function headerLinesOf(raw: Buffer | undefined): [string, string][] {
  return decoded(raw ?? new Uint8Array())
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .flatMap((line): [string, string][] => {
      const colon = line.indexOf(':');
      const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
      return name === '' ? [] : [[name, storable(line.slice(colon + 1)).trim()]];
    });
}

/** null when it is no report. */
async function reportOf(
  client: ImapFlow,
  uid: number,
  mail: Mail,
  structure: MessageStructureObject,
): Promise<DeliveryReport | null> {
  const parts = outerPartsIn(structure);
  const types = parts.map(({ type }) => type);
  if (!mayBeReport(mail, types)) return null;
  const read = async (wanted: readonly MessageStructureObject[]) => {
    const texts: string[] = [];
    for (const part of wanted.slice(0, MOST_REPORT_PARTS)) texts.push(await partOf(client, uid, part));
    return texts;
  };
  const plain = parts.filter(({ type }) => type === 'text/plain');
  const html = plain.length > 0 ? [] : parts.filter(({ type }) => type === 'text/html');
  const text = [...(await read(plain)), ...(await read(html)).map(wordsOfHtml)].join('\n');
  const status = await read(parts.filter(({ type }) => STATUS_PARTS.test(type)));
  const returned = await read(parts.filter(({ type }) => RETURNED_PARTS.test(type)));
  const report = readReport(mail, { status, returned, text });
  if (report !== null && (report.about.length > 0 || report.action !== 'failed')) return report;
  // Some programs split the mail beyond recognition.
  const isParted = structure.type.startsWith('multipart/');
  return isParted ? readReport(mail, { status, returned, text: await wholeOf(client, uid) }) : report;
}

/** The body without headers, undecoded. */
async function wholeOf(client: ImapFlow, uid: number): Promise<string> {
  const { content } = await client.download(String(uid), undefined, { uid: true, maxBytes: MOST_TEXT_BYTES });
  const whole = content === undefined ? '' : decoded(await buffer(content));
  return whole.slice(Math.max(whole.search(/\r?\n\r?\n/), 0));
}

function outerPartsIn(structure: MessageStructureObject): MessageStructureObject[] {
  const { type, childNodes = [] } = structure;
  return [structure, ...(RETURNED_PARTS.test(type) ? [] : childNodes.flatMap(outerPartsIn))];
}

async function textOf(
  client: ImapFlow,
  uid: number,
  structure: MessageStructureObject,
): Promise<Pick<Mail, 'text' | 'quoted'>> {
  const read = async (some: readonly MessageStructureObject[]): Promise<Body[]> => {
    const bodies: Body[] = [];
    for (const part of some.slice(0, MOST_PARTS))
      bodies.push({ isHtml: part.type === 'text/html', whole: await partOf(client, uid, part) });
    return bodies;
  };
  const parts = ownPartsIn(structure);
  const plain = await read(parts.filter(({ type }) => type === 'text/plain'));
  const words = wordsIn(plain);
  if (words !== '') return { text: words };
  // Some programs leave the plain part empty.
  const html = await read(parts.filter(({ type }) => type === 'text/html'));
  const written = wordsIn(html);
  if (written !== '') return { text: written };
  const isBare = partsIn(structure).every(
    ({ type, disposition }) => BARE.test(type) && disposition !== 'attachment',
  );
  const text = isBare && [...plain, ...html].every(isBlank) ? '' : null;
  const quoted = wordsIn(plain, unmarkedWords) || wordsIn(html, unmarkedWords);
  return quoted === '' ? { text } : { text, quoted };
}

interface Body {
  readonly isHtml: boolean;
  readonly whole: string;
}

/** Inline pictures split the words into parts. */
const MOST_PARTS = 6;

const wordsIn = (bodies: readonly Body[], wordsOf = ownWords): string =>
  bodies
    .map(({ isHtml, whole }) => wordsOf(isHtml ? wordsOfHtml(whole) : whole))
    .filter((words) => words !== '')
    .join('\n\n');

const BARE = /^(multipart\/|text\/(plain|html)$)/;

const isBlank = ({ isHtml, whole }: Body): boolean =>
  (isHtml ? wordsOfHtml(whole) : whole).trim() === '' &&
  !(isHtml && /<(img|blockquote|svg|video|audio)\b/i.test(whole));

/** The words of an attached mail are somebody else's. */
function ownPartsIn(structure: MessageStructureObject): MessageStructureObject[] {
  const { type, disposition, childNodes = [] } = structure;
  if (disposition === 'attachment' || type === 'message/rfc822') return [];
  return [structure, ...childNodes.flatMap(ownPartsIn)];
}

function partsIn(structure: MessageStructureObject): MessageStructureObject[] {
  return [structure, ...(structure.childNodes ?? []).flatMap(partsIn)];
}

/** Decoded to UTF-8. Without a part number it is a simple mail's body. */
async function partOf(
  client: ImapFlow,
  uid: number,
  part: MessageStructureObject | undefined,
): Promise<string> {
  if (part === undefined) return '';
  const { content } = await client.download(String(uid), part.part ?? '1', {
    uid: true,
    maxBytes: MOST_TEXT_BYTES,
  });
  return content === undefined ? '' : decoded((await buffer(content)).subarray(0, MOST_TEXT_BYTES));
}

/** Bytes without a charset are UTF-8 or windows-1251. */
function decoded(bytes: Uint8Array): string {
  try {
    // A character cut in half at the end is no error.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1251').decode(bytes);
  }
}
