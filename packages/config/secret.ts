import { inspect } from 'node:util';
import type { Secret } from './types.ts';

const MASK = '***';

/** Wraps a text so that printing, logging, JSON and `util.inspect` show a mask: only `reveal()` gives it out (clause M19). */
export function secret(text: string): Secret {
  const mask = () => MASK;
  return Object.freeze({ reveal: () => text, toString: mask, toJSON: mask, [inspect.custom]: mask });
}
