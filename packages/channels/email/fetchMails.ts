import { buffer } from 'node:stream/consumers';
import type { FetchMessageObject, ImapFlow, MessageAddressObject, MessageStructureObject } from 'imapflow';
import addressparser from 'nodemailer/lib/addressparser';
import { attachedIn } from './attachedIn.ts';
import { DECIDING_HEADERS } from './automatic.ts';
import { mayBeReport, REPORT_HEADERS, RETURNED_PARTS, readReport, STATUS_PARTS } from './deliveryReport.ts';
import type { Address, DeliveryReport, Mail } from './mail.ts';
import { answeredIds, messageIdOf, referencesOf } from './messageIds.ts';
import { ownWords, unmarkedWords, wordsOfHtml } from './words.ts';

/** Of a mail's words and of a report no more than this is ever read; attachments are not asked for at all. */
const MOST_TEXT_BYTES = 65_536;
/** Of each kind of part of a report. */
const MOST_REPORT_PARTS = 4;

/** UIDs of a folder, both ends inclusive, and of these only some, where `only` says which. */
export interface UidRange {
  readonly from: number;
  readonly to: number;
  readonly only?: ReadonlySet<number> | null;
  /** Without anything that can be large: of a mail that the connection breaks on. */
  readonly isBare?: boolean;
}

/**
 * The mails of a range of UIDs in the open folder, in their order. First the headers of all of them in one answer, then the
 * words of those that are wanted. Drafts are left out wherever they lie (Gmail shows them in «All mail»): nobody has got them.
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
    // `n:*` gives the last mail whatever n.
    if (message.uid < from || message.uid > to || only?.has(message.uid) === false) continue;
    if (isDraft(message)) continue;
    // Gmail’s «All mail» holds both sides; this label is its own, and no filter can set it.
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
  // Of a header that comes twice the first counts.
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
    // Whom the sending server named, as the last one wrote it down (RFC 5321, 4.4).
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
    // What is proven is proven of the From: not of what stands in for one.
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

/** Of a report, also where what passed it on has changed its outermost type: the part that only such a report has (RFC 5965, 8098). */
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

/** The server hands on what it could not decode. */
const subjectIn = (said = '', written = ''): string =>
  said.includes('\ufffd') && written !== '' ? written : said;

/** What servers put where a header cannot be read: two people with such a From would be one client. */
const NO_ADDRESS =
  /@\.?(missing_domain|syntax[-_]error|missing-host-name|unspecified-domain)\.?$|^(missing_mailbox|invalid_address)@/;

/** Addresses as they stand in a header that the server could not read. */
function writtenIn(header: string | undefined): Address[] {
  if (header === undefined) return [];
  const found = addressparser(header, { flatten: true });
  return addressesOf(found.map(({ name, address }) => ({ address, name: /=\?/.test(name) ? '' : name })));
}

/** Names in lower case with their values, unfolded, the topmost first. */
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

/** What a mail server reports; null when it is no report. */
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
  // Some programs part the mail so that nobody can tell what is what.
  const isParted = structure.type.startsWith('multipart/');
  return isParted ? readReport(mail, { status, returned, text: await wholeOf(client, uid) }) : report;
}

/** A mail as it is, without its headers. */
async function wholeOf(client: ImapFlow, uid: number): Promise<string> {
  const { content } = await client.download(String(uid), undefined, { uid: true, maxBytes: MOST_TEXT_BYTES });
  const whole = content === undefined ? '' : decoded(await buffer(content));
  return whole.slice(Math.max(whole.search(/\r?\n\r?\n/), 0));
}

/** Without what is inside of attached mails. */
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
  // Some programs leave the plain words empty, and write in HTML alone.
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

/** Pictures among the words cut them into several parts; of more nobody reads the rest. */
const MOST_PARTS = 6;

const wordsIn = (bodies: readonly Body[], wordsOf = ownWords): string =>
  bodies
    .map(({ isHtml, whole }) => wordsOf(isHtml ? wordsOfHtml(whole) : whole))
    .filter((words) => words !== '')
    .join('\n\n');

/** Parts that can hold nothing but words. */
const BARE = /^(multipart\/|text\/(plain|html)$)/;

/** Whether there is nothing to see: neither words of another's nor pictures. */
const isBlank = ({ isHtml, whole }: Body): boolean =>
  (isHtml ? wordsOfHtml(whole) : whole).trim() === '' &&
  !(isHtml && /<(img|blockquote|svg|video|audio)\b/i.test(whole));

/** Without attachments and what is inside of them: the words of a mail that is attached are somebody else's. */
function ownPartsIn(structure: MessageStructureObject): MessageStructureObject[] {
  const { type, disposition, childNodes = [] } = structure;
  if (disposition === 'attachment' || type === 'message/rfc822') return [];
  return [structure, ...childNodes.flatMap(ownPartsIn)];
}

function partsIn(structure: MessageStructureObject): MessageStructureObject[] {
  return [structure, ...(structure.childNodes ?? []).flatMap(partsIn)];
}

/** Decoded to UTF-8 by the library; a part without a number is the whole body of a simple mail. */
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

/** Whoever does not say in what they write, and writes no UTF-8, writes as Windows did in Russia. */
function decoded(bytes: Uint8Array): string {
  try {
    // What was cut off in the middle of a letter is no fault of it.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1251').decode(bytes);
  }
}
