import { inspect } from 'node:util';
/** A value whose text must never be printed or logged. `toString` and JSON give a mask. */
export interface Secret {
  /** The secret itself. */
  reveal(): string;
}

const MASK = '***';

/** Wraps a text so that printing, logging, JSON and `util.inspect` show a mask: only `reveal()` gives it out (clause M19). */
export function secret(text: string): Secret {
  const mask = () => MASK;
  return Object.freeze({ reveal: () => text, toString: mask, toJSON: mask, [inspect.custom]: mask });
}
