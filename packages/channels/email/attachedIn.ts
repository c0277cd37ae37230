import type { MessageStructureObject } from 'imapflow';
import type { AttachedToMail } from '../channel.ts';

/** Signatures, not attachments. */
const PROOF = /^application\/(pgp-signature|(x-)?pkcs7-signature)$/;

/** What a mail carries besides words (RFC 2046; RFC 2392 for inline pictures). */
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
