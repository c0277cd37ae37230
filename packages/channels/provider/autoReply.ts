import { normalized } from '@otklik/domain';

/** Compares without case, spaces and punctuation. */
export function isAutoReply(text: string | null, autoReplies: readonly string[]): boolean {
  const print = fingerprint(text ?? '');
  return print !== '' && autoReplies.some((reply) => fingerprint(reply) === print);
}

const fingerprint = (text: string): string =>
  normalized(text, 'NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
