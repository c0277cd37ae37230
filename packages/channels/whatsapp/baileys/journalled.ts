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

/** The library decrypts the very same byte array. */
export type Stanzas = WeakMap<Uint8Array, BinaryNode>;

/**
 * Returns a plaintext only after `keep`, within the transaction that advances the session's keys: before its commit
 * the message can be decrypted again, afterwards it is kept.
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

/** Remembers a stanza's bytes. Call it before the library sees them. */
export function noteStanza(stanza: BinaryNode, stanzas: Stanzas): void {
  if (!Array.isArray(stanza.content)) return;
  for (const { content } of stanza.content) {
    if (content instanceof Uint8Array) stanzas.set(content, stanza);
  }
}

/** A message without content, named as the library will; null when unreadable. */
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

/** The journal key, the same for stanza and library message. */
export function journalNameOf({ key }: WAMessage): string {
  return journalName(key.remoteJid ?? '', key.id ?? '', key.fromMe === true);
}

/** Messages that a crash left, as the library would tell them. */
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
