import { createHash } from 'node:crypto';
import type { Memory } from '../channel.ts';
import type { WaSelf } from './rawEvent.ts';
import type { Vault } from './vault.ts';

/** A message between its decryption, which works once, and the moment when its event is durable. */
export interface JournalEntry {
  readonly name: string;
  /** The attributes of the stanza that brought it. */
  readonly attrs: Readonly<Record<string, string>>;
  /** What was decrypted of it, in base64, still padded. */
  readonly plain: readonly string[];
  /** Our own addresses then: they tell which side wrote it. */
  readonly self: WaSelf;
}

const JOURNAL = 'journal:';

/** Addresses do not stand in names, which are readable. */
export function journalName(chat: string, id: string, fromMe: boolean): string {
  const key = createHash('sha256').update(JSON.stringify([chat, id, fromMe]));
  return `${JOURNAL}${key.digest('base64url')}`;
}

/**
 * WhatsApp forgets a message as soon as we confirm it, and the library confirms before it tells us. So what was decrypted
 * is made durable first; after a crash it is read from here.
 */
export class Journal {
  readonly #memory: Memory;
  readonly #vault: Vault;
  readonly #open = new Map<string, JournalEntry>();

  constructor(memory: Memory, vault: Vault) {
    this.#memory = memory;
    this.#vault = vault;
  }

  /** One message may be encrypted in several parts. Resolves when durable. */
  async add(part: Omit<JournalEntry, 'plain'>, plain: Uint8Array): Promise<void> {
    const { name } = part;
    const before = this.#open.get(name)?.plain ?? [];
    const entry = { ...part, plain: [...before, Buffer.from(plain).toString('base64')] };
    const sealed = this.#vault.seal(name, JSON.stringify(entry));
    await this.#memory.remember(new Map([[name, sealed]]), 'account');
    this.#open.set(name, entry);
  }

  /** What a crash has left, oldest first as far as WhatsApp tells. */
  async leftOver(): Promise<JournalEntry[]> {
    const entries = [...(await this.#memory.recallAll(JOURNAL))].map(
      ([name, sealed]) => JSON.parse(this.#vault.open(name, sealed)) as JournalEntry,
    );
    for (const entry of entries) this.#open.set(entry.name, entry);
    return entries.toSorted((a, b) => Number(a.attrs.t) - Number(b.attrs.t));
  }

  has(name: string): boolean {
    return this.#open.has(name);
  }

  /** Their events are durable. */
  async settle(names: readonly string[]): Promise<void> {
    const open = names.filter((name) => this.#open.has(name));
    if (open.length === 0) return;
    await this.#memory.remember(new Map(open.map((name) => [name, null])), 'account');
    for (const name of open) this.#open.delete(name);
  }
}
