import { visibleLine } from '@otklik/domain';
import { z } from 'zod';

/** What a scalar in the file was read as, or what is wrong with it (said after the key and the value) and what to write. */
export type Reading<T> = { readonly value: T } | { readonly problem: string; readonly remedy?: string };

interface About {
  readonly description: string;
  readonly examples?: readonly string[];
  /** For editors; the reading itself is what decides. */
  readonly pattern?: string;
  /** JSON Schema's word for a value that is never shown: set on secrets. */
  readonly writeOnly?: boolean;
}

/** A text that is read into a value of ours. */
export function field<T>(read: (text: string) => Reading<T>, about: About) {
  return z
    .string()
    .transform((text, context): T => {
      const reading = read(text);
      if ('value' in reading) return reading.value;
      const { problem, remedy } = reading;
      context.addIssue({ code: 'custom', message: problem, params: remedy === undefined ? {} : { remedy } });
      return z.NEVER;
    })
    .meta({ ...about });
}

export const ID_PATTERN = '^[a-z0-9][a-z0-9_-]{0,31}$';
const ID = new RegExp(ID_PATTERN);

export function idField(description: string, example: string) {
  const problem = 'is no id (1 to 32 of a-z, 0-9, _ and -, a letter or a digit first)';
  return field((text) => (ID.test(text) ? { value: text } : { problem }), {
    description,
    examples: [example],
    pattern: ID_PATTERN,
  });
}

/** Another entry's id: whether it names somebody is checked when all ids are known. */
export function nameField(description: string, example: string) {
  return z.string().meta({ description, examples: [example] });
}

/** Words for people: one line, not empty. */
export function textField(description: string, example: string) {
  const read = (text: string): Reading<string> => {
    if (text.trim() === '') return { problem: 'is empty' };
    if (visibleLine(text) === null) return { problem: 'has nothing in it that can be seen' };
    return /\p{Cc}/u.test(text)
      ? { problem: 'has a line break or a control character' }
      : { value: text.trim() };
  };
  return field(read, { description, examples: [example] });
}

/** `true` and `false`; also as texts, since a reference gives a text. */
export function flagField(description: string) {
  const read = (value: unknown) => (value === 'true' ? true : value === 'false' ? false : value);
  return z.preprocess(read, z.boolean()).meta({ description });
}

export function numberField(description: string, example: number, most: number) {
  const read = (value: unknown) =>
    typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  return z.preprocess(read, z.int().min(1).max(most)).meta({ description, examples: [example] });
}

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });

export function countryField(description: string) {
  const read = (text: string): Reading<string> =>
    /^[A-Z]{2}$/.test(text) && REGIONS.of(text) !== undefined
      ? { value: text }
      : { problem: 'is no country code of ISO 3166 (two capital letters)' };
  return field(read, { description, examples: ['RU'], pattern: '^[A-Z]{2}$' });
}
