import type { Secret } from '@otklik/config';
import type { SampleRequest } from '../channel.ts';

/** A form post. */
export const postForm = (
  fields: Readonly<Record<string, string>>,
  { path = '', headers = {} }: { path?: string; headers?: Readonly<Record<string, string>> } = {},
): SampleRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
});

/** A JSON post. */
export const postJson = (body: object, path: string): SampleRequest => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** The key as the address's query. */
export const keyed = (key: Secret | null): string => `?key=${key?.reveal() ?? ''}`;
