import type { MessageStructureObject } from 'imapflow';
import type { AttachedToMail } from '../channel.ts';

/** Parts that prove who wrote it: nobody sends them on. */
const PROOF = /^application\/(pgp-signature|(x-)?pkcs7-signature)$/;

/** What a mail has beside its words, by its structure (RFC 2046; RFC 2392 for pictures that the words name by their id). */
export function attachedIn(structure: MessageStructureObject): AttachedToMail {
  const { type, disposition, id, childNodes = [] } = structure;
  if (type.startsWith('multipart/')) {
    const found = childNodes.map(attachedIn);
    return found.includes('files') ? 'files' : found.includes('pictures') ? 'pictures' : 'nothing';
  }
  if (disposition === 'attachment') return PROOF.test(type) ? 'nothing' : 'files';
  if (type === 'text/plain' || type === 'text/html' || PROOF.test(type)) return 'nothing';
  return type.startsWith('image/') && id ? 'pictures' : 'files';
}
