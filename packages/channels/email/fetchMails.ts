import { buffer } from 'node:stream/consumers';
import type { FetchMessageObject, ImapFlow, MessageAddressObject, MessageStructureObject } from 'imapflow';
import { DECIDING_HEADERS } from './automatic.ts';
import { readReport } from './deliveryReport.ts';
import type { Address, Mail } from './mail.ts';
import { messageIdOf, referencesOf } from './messageIds.ts';
import { ownWords, wordsOfHtml } from './words.ts';

/** Of a mail's words and of a report no more than this is ever read; attachments are not asked for at all. */
const MOST_TEXT_BYTES = 65_536;

/**
 * The mails of a range of UIDs in the open folder, in their order. First the headers of all of them in one answer, then the
 * words of those that are wanted.
 * @param range such as `5:204`; what lies outside of it is left out, because `n:*` gives the last mail whatever n.
 */
export async function fetchMails(
  client: ImapFlow,
  folder: Mail['folder'],
  { from, to }: { from: number; to: number },
  withText: (mail: Mail) => boolean,
): Promise<{ readonly uid: number; readonly mail: Mail }[]> {
  const query = {
    uid: true,
    internalDate: true,
    envelope: true,
    size: true,
    bodyStructure: true,
    headers: [...DECIDING_HEADERS],
  };
  const found: FetchMessageObject[] = [];
  for await (const message of client.fetch(`${from}:${to}`, query, { uid: true })) found.push(message);
  const mails: { uid: number; mail: Mail }[] = [];
  for (const message of found.toSorted((a, b) => a.uid - b.uid)) {
    if (message.uid < from || message.uid > to) continue;
    const mail = mailOf(message, folder);
    const structure = message.bodyStructure;
    if (structure === undefined) mails.push({ uid: message.uid, mail });
    else if (isReport(structure))
      mails.push({ uid: message.uid, mail: await withReport(client, message.uid, mail, structure) });
    else if (withText(mail))
      mails.push({ uid: message.uid, mail: { ...mail, text: await textOf(client, message.uid, structure) } });
    else mails.push({ uid: message.uid, mail });
  }
  return mails;
}

function mailOf(message: FetchMessageObject, folder: Mail['folder']): Mail {
  const { envelope = {}, bodyStructure, internalDate } = message;
  const headers = headersOf(message.headers);
  const time = internalDate === undefined ? Number.NaN : new Date(internalDate).getTime();
  return {
    folder,
    messageId: messageIdOf(envelope.messageId),
    inReplyTo: messageIdOf(envelope.inReplyTo),
    references: referencesOf(headers.get('references')),
    from: addressesOf(envelope.from)[0] ?? null,
    to: [...addressesOf(envelope.to), ...addressesOf(envelope.cc), ...addressesOf(envelope.bcc)],
    subject: storable(envelope.subject ?? ''),
    internalDate: Number.isNaN(time) ? null : time,
    size: message.size ?? 0,
    headers,
    contentType: bodyStructure?.type ?? '',
    reportType: bodyStructure?.parameters?.['report-type']?.toLowerCase() ?? null,
    text: null,
    report: null,
  };
}

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();

function addressesOf(list: readonly MessageAddressObject[] | undefined): Address[] {
  return (list ?? []).flatMap(({ address, name }) => {
    const clean = storable(address ?? '')
      .trim()
      .toLowerCase();
    return clean.includes('@') ? [{ address: clean, name: storable(name ?? '').trim() || null }] : [];
  });
}

/** Unfolded; of a header that comes twice the first counts. */
function headersOf(raw: Buffer | undefined): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of (raw?.toString('utf8') ?? '').replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== '' && !headers.has(name)) headers.set(name, storable(line.slice(colon + 1)).trim());
  }
  return headers;
}

const isReport = ({ type, parameters }: MessageStructureObject): boolean =>
  type === 'multipart/report' && parameters?.['report-type']?.toLowerCase() === 'delivery-status';

async function withReport(
  client: ImapFlow,
  uid: number,
  mail: Mail,
  structure: MessageStructureObject,
): Promise<Mail> {
  const parts = partsIn(structure);
  const status = parts.find(({ type }) => type === 'message/delivery-status');
  const returned = parts.find(
    ({ type }) => type === 'message/rfc822' || type === 'text/rfc822-headers' || type === 'message/global',
  );
  return {
    ...mail,
    report: readReport(await partOf(client, uid, status), await partOf(client, uid, returned)),
  };
}

async function textOf(
  client: ImapFlow,
  uid: number,
  structure: MessageStructureObject,
): Promise<string | null> {
  const parts = partsIn(structure).filter(({ disposition }) => disposition !== 'attachment');
  const plain = parts.find(({ type }) => type === 'text/plain');
  const html = parts.find(({ type }) => type === 'text/html');
  const words = plain
    ? ownWords(await partOf(client, uid, plain))
    : html
      ? ownWords(wordsOfHtml(await partOf(client, uid, html)))
      : '';
  return words === '' ? null : words;
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
  return content === undefined ? '' : (await buffer(content)).subarray(0, MOST_TEXT_BYTES).toString('utf8');
}
