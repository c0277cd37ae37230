import { z } from 'zod';

const DEFAULT_LIMIT = 50;
const MOST = 500;

/** Parsed to milliseconds since 1970. */
export const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
export const limit = z.coerce.number().int().min(1).max(MOST).default(DEFAULT_LIMIT);
export const configId = z.string().regex(/^[a-z0-9_-]{1,64}$/, 'is not an id of otklik.yaml');
export const byId = z.object({ id: z.uuid() });
/** In answers, in UTC. */
export const instant = z.iso.datetime();

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), detail: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

export const refusals = { 400: problem, 401: problem, 403: problem, 404: problem, 429: problem };
