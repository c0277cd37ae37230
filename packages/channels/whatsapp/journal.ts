import { createHash } from 'node:crypto';
import type { Memory } from '../channel.ts';
import type { WaSelf } from './rawEvent.ts';
import type { Vault } from './vault.ts';

/** A message between decryption, which works only once, and a durable event. */
export interface JournalEntry {
  readonly name: string;
  readonly attrs: Readonly<Record<string, string>>;
  /** Base64, still padded. */
  readonly plain: readonly string[];
  /** Our addresses then: they tell the sides apart. */
  readonly self: WaSelf;
}

const JOURNAL = 'journal:';

/** Names are readable, so they contain no addresses. */
export function journalName(chat: string, id: string, fromMe: boolean): string {
  const key = createHash('sha256').update(JSON.stringify([chat, id, fromMe]));
  return `${JOURNAL}${key.digest('base64url')}`;
}

/**
 * The library confirms a message before it tells us, and WhatsApp drops it then. So the plaintext is made durable
 * first.
 */
export class Journal {
  readonly #memory: Memory;
  readonly #vault: Vault;
  readonly #open = new Map<string, JournalEntry>();

  constructor(memory: Memory, vault: Vault) {
    this.#memory = memory;
    this.#vault = vault;
  }

  /** May be called for several parts. Resolves when durable. */
  async add(part: Omit<JournalEntry, 'plain'>, plain: Uint8Array): Promise<void> {
    const { name } = part;
    const before = this.#open.get(name)?.plain ?? [];
    const entry = { ...part, plain: [...before, Buffer.from(plain).toString('base64')] };
    const sealed = this.#vault.seal(name, JSON.stringify(entry));
    await this.#memory.remember(new Map([[name, sealed]]), 'account');
    this.#open.set(name, entry);
  }

  /** Oldest first where WhatsApp tells. */
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

  /** Drops entries whose events are durable. */
  async settle(names: readonly string[]): Promise<void> {
    const open = names.filter((name) => this.#open.has(name));
    if (open.length === 0) return;
    await this.#memory.remember(new Map(open.map((name) => [name, null])), 'account');
    for (const name of open) this.#open.delete(name);
  }
}
