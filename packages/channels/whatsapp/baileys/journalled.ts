import {
  type BinaryNode,
  cleanMessage,
  decodeMessageNode,
  proto,
  type SocketConfig,
  unpadRandomMax16,
  type WAMessage,
} from '@whiskeysockets/baileys';
import { type JournalEntry, journalName } from '../journal.ts';
import type { RawWaMessage, WaSelf } from '../rawEvent.ts';
import { rawMessage } from './rawMessage.ts';

type MakeRepository = SocketConfig['makeSignalRepository'];
type Auth = Parameters<MakeRepository>[0];

/** Who sent which ciphertext: the library hands the decrypting function the same bytes that the stanza holds. */
export type Stanzas = WeakMap<Uint8Array, BinaryNode>;

/**
 * The library's cipher, which returns a plaintext only after `keep` has resolved. Both happen within the transaction that
 * moves the session's keys on: before it is committed the message can be decrypted again, afterwards it is kept.
 */
export function journalled(
  make: MakeRepository,
  stanzas: Stanzas,
  keep: (stanza: BinaryNode, plain: Uint8Array) => Promise<void>,
): MakeRepository {
  return (auth, ...rest) => {
    const repository = make(auth, ...rest);
    const { decryptMessage, decryptGroupMessage } = repository;
    const kept = async (ciphertext: Uint8Array, decrypt: () => Promise<Uint8Array>) => {
      const plain = await decrypt();
      const stanza = stanzas.get(ciphertext);
      if (stanza !== undefined) await keep(stanza, plain);
      return plain;
    };
    repository.decryptMessage = (options) =>
      together(auth, options.jid, () => kept(options.ciphertext, () => decryptMessage(options)));
    repository.decryptGroupMessage = (options) =>
      together(auth, options.group, () => kept(options.msg, () => decryptGroupMessage(options)));
    return repository;
  };
}

function together<Result>({ keys }: Auth, name: string, work: () => Promise<Result>): Promise<Result> {
  return 'transaction' in keys ? keys.transaction(work, name) : work();
}

/** Remembers which bytes came with which stanza. To be called before the library sees it. */
export function noteStanza(stanza: BinaryNode, stanzas: Stanzas): void {
  if (!Array.isArray(stanza.content)) return;
  for (const { content } of stanza.content) {
    if (content instanceof Uint8Array) stanzas.set(content, stanza);
  }
}

/** The message in a stanza without its content, as the library will name it; null for what it cannot read. */
export function envelopeOf(attrs: Readonly<Record<string, string>>, self: WaSelf): WAMessage | null {
  try {
    const stanza = { tag: 'message', attrs: { ...attrs } };
    const { fullMessage } = decodeMessageNode(stanza, self.pn ?? '', self.lid ?? '');
    cleanMessage(fullMessage, self.pn ?? '', self.lid ?? '');
    return fullMessage;
  } catch {
    return null;
  }
}

/** The name of a message in the journal: the same for the stanza and for what the library makes of it. */
export function journalNameOf({ key }: WAMessage): string {
  return journalName(key.remoteJid ?? '', key.id ?? '', key.fromMe === true);
}

/** The messages that a crash has left in the journal, as the library would have told them. */
export function leftOverMessages(entries: readonly JournalEntry[]): RawWaMessage[] {
  return entries.flatMap((entry) => {
    const message = readEntry(entry);
    const how = { wasQueued: true, isResent: false, journal: entry.name };
    const raw = message === null ? null : rawMessage(message, how);
    return raw === null ? [] : [raw];
  });
}

function readEntry({ attrs, plain, self }: JournalEntry): WAMessage | null {
  const envelope = envelopeOf(attrs, self);
  if (envelope === null) return null;
  try {
    const parts = plain.map((part) => {
      const message = proto.Message.decode(unpadRandomMax16(Buffer.from(part, 'base64')));
      return message.deviceSentMessage?.message ?? message;
    });
    return { ...envelope, message: Object.assign({}, ...parts) };
  } catch {
    return { ...envelope, messageStubType: proto.WebMessageInfo.StubType.CIPHERTEXT };
  }
}
