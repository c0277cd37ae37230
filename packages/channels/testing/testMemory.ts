import type { Memory } from '../channel.ts';

/** A memory without a database. */
export class TestMemory implements Memory {
  readonly values = new Map<string, string>();

  async recall(names: readonly string[]): Promise<Map<string, string>> {
    return new Map([...this.values].filter(([name]) => names.includes(name)));
  }

  async recallAll(prefix: string): Promise<Map<string, string>> {
    return new Map([...this.values].filter(([name]) => name.startsWith(prefix)));
  }

  async remember(values: ReadonlyMap<string, string | null>): Promise<void> {
    for (const [name, value] of values) {
      if (value === null) this.values.delete(name);
      else this.values.set(name, value);
    }
  }

  async claim(values: ReadonlyMap<string, string>): Promise<Map<string, string>> {
    for (const [name, value] of values) if (!this.values.has(name)) this.values.set(name, value);
    return this.recall([...values.keys()]);
  }
}
