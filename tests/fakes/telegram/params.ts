import { Refusal } from './refusal.ts';

/** A file in a form. */
export class Upload {
  readonly name: string;
  readonly bytes: Uint8Array;

  constructor(name: string, bytes: Uint8Array) {
    this.name = name;
    this.bytes = bytes;
  }
}

/** Read like the Bot API: numbers may be strings, objects JSON text. Records what was read, to find misspelt names. */
export class Params {
  readonly #raw: Readonly<Record<string, unknown>>;
  readonly #read = new Set<string>();

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.#raw = raw;
  }

  /** Names that the provider ignores silently. */
  unread(): string[] {
    return Object.keys(this.#raw).filter((name) => !this.#read.has(name));
  }

  text(name: string): string | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    if (typeof value !== 'string') throw Refusal.malformed(`parameter "${name}" must be a string`);
    if (!value.isWellFormed()) throw Refusal.malformed('text must be encoded in UTF-8');
    return value;
  }

  upload(name: string): Upload | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    if (value instanceof Upload) return value;
    throw Refusal.malformed(
      `parameter "${name}" must be a file of the form (the fake knows no file ids here)`,
    );
  }

  integer(name: string): number | null {
    const value = this.#value(name);
    if (value === undefined) return null;
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
    throw Refusal.malformed(`parameter "${name}" must be an integer`);
  }

  flag(name: string): boolean {
    const value = this.#value(name);
    if (value === undefined || value === false || value === 'false') return false;
    if (value === true || value === 'true') return true;
    throw Refusal.malformed(`parameter "${name}" must be a boolean`);
  }

  list(name: string): unknown[] | null {
    const value = this.#json(name);
    if (value === undefined) return null;
    if (Array.isArray(value)) return value;
    throw Refusal.malformed(`parameter "${name}" must be an array`);
  }

  object(name: string): Record<string, unknown> | null {
    const value = this.#json(name);
    if (value === undefined) return null;
    if (isObject(value)) return value;
    throw Refusal.malformed(`parameter "${name}" must be an object`);
  }

  #json(name: string): unknown {
    const value = this.#value(name);
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw Refusal.malformed(`can't parse ${name} JSON object`);
    }
  }

  #value(name: string): unknown {
    this.#read.add(name);
    return this.#raw[name] ?? undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
