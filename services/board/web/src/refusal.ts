import { ApiProblem } from './api.ts';
import type { Texts } from './texts.ts';

/** The server's own words first. */
export function refusal(error: unknown, texts: Texts): string {
  if (!(error instanceof ApiProblem)) return texts.errors.offline;
  if (error.detail !== null) return error.detail;
  if (error.status === 403) return texts.errors.forbidden;
  if (error.status === 404) return texts.errors.gone;
  return texts.errors.unknown;
}
