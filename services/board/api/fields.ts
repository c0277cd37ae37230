import { z } from 'zod';
import { problem } from '../shapes.ts';

const DEFAULT_LIMIT = 50;
const MOST = 500;

/** A moment, as milliseconds since 1970. */
export const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
export const limit = z.coerce.number().int().min(1).max(MOST).default(DEFAULT_LIMIT);
/** The id of a person or channel. */
export const configId = z.string().regex(/^[a-z0-9_-]{1,64}$/, 'is not an id of otklik.yaml');
export const byId = z.object({ id: z.uuid() });
/** How most routes may refuse. */
export const refusals = { 400: problem, 401: problem, 403: problem, 404: problem, 429: problem };
