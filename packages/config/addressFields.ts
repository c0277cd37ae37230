import { field, type Reading } from './fields.ts';

export function emailField(description: string) {
  const pattern = '^[^\\s@]+@[^\\s@]+$';
  const read = (text: string): Reading<string> =>
    new RegExp(pattern).test(text) ? { value: text } : { problem: 'is no e-mail address' };
  return field(read, { description, examples: ['anna@example.ru'], pattern });
}

/** An http(s) address that paths are appended to. */
export function baseUrlField(description: string, example: string) {
  const read = (text: string): Reading<string> => {
    const url = webUrl(text);
    if (url === null) return { problem: 'is no http:// or https:// address' };
    if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
      return { problem: 'must have no user, ? or # in it' };
    }
    return text.endsWith('/')
      ? { problem: 'ends with a slash', remedy: 'Write it without the slash at the end' }
      : { value: text };
  };
  return field(read, { description, examples: [example], pattern: '^https?://.*[^/]$' });
}

export function urlField(description: string, example: string) {
  const read = (text: string): Reading<string> =>
    webUrl(text) === null ? { problem: 'is no http:// or https:// address' } : { value: text };
  return field(read, { description, examples: [example], pattern: '^https?://' });
}

function webUrl(text: string): URL | null {
  if (!/^https?:\/\/[^\s/]/i.test(text) || /\s/.test(text)) return null;
  return URL.parse(text);
}
