import type { Secret } from '@otklik/config';
import { MINUTE, SECOND } from '@otklik/domain';
import { z } from 'zod';
import { bareUrl } from './bareUrl.ts';
import { UPLOAD_MS } from './formFile.ts';

/** `problem` never holds the token. */
export type GraphOutcome =
  | { readonly outcome: 'ok'; readonly result: unknown }
  | {
      readonly outcome: 'retry' | 'refused';
      /** null without Meta's answer. */
      readonly code: number | null;
      /** Distinguishes errors of one code. */
      readonly subcode: number | null;
      readonly afterMs: number | null;
      readonly problem: string;
    };

const TIMEOUT_MS = 10 * SECOND;

/**
 * Throttled, unavailable or unknown: retry.
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 * https://developers.facebook.com/docs/messenger-platform/error-codes
 */
const PASSING = new Set([1, 2, 4, 32, 613, 1200, 80007, 130429, 131000, 131016, 131056, 133004]);

const errorShape = z.object({
  error: z.object({
    code: z.int().optional(),
    error_subcode: z.int().optional().catch(undefined),
    message: z.string().optional(),
    error_data: z.object({ details: z.string().optional() }).optional().catch(undefined),
  }),
});

/** Never throws. */
export async function callGraph(
  channel: { readonly apiRoot: string; readonly token: Secret | null },
  path: string,
  body: object | FormData | null,
  signal?: AbortSignal,
): Promise<GraphOutcome> {
  const timeoutMs = body instanceof FormData ? UPLOAD_MS : TIMEOUT_MS;
  const timeUp = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(`${bareUrl(channel.apiRoot)}/${path}`, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${channel.token?.reveal() ?? ''}`,
        ...(body === null || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === null ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, timeUp]) : timeUp,
    });
    const json: unknown = await answer.json().catch(() => null);
    return answer.ok && json !== null ? { outcome: 'ok', result: json } : failureOf(answer, json);
  } catch (error) {
    const why = timeUp.aborted ? `no answer within ${timeoutMs / SECOND} s` : wordOf(error);
    return { outcome: 'retry', code: null, subcode: null, afterMs: null, problem: why };
  }
}

function failureOf(answer: Response, json: unknown): GraphOutcome {
  const { data } = errorShape.safeParse(json);
  const {
    code = null,
    error_subcode: subcode = null,
    message,
    error_data: more,
  } = { code: null, error_subcode: null, message: undefined, error_data: undefined, ...data?.error };
  const problem = more?.details ?? message ?? `HTTP ${answer.status}`;
  const isPassing = answer.status === 429 || answer.status >= 500 || (code !== null && PASSING.has(code));
  return {
    outcome: isPassing ? 'retry' : 'refused',
    code,
    subcode,
    afterMs: isPassing ? retryAfter(answer) : null,
    problem,
  };
}

function retryAfter(answer: Response): number | null {
  const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
  return seconds > 0 ? Math.min(seconds * SECOND, 30 * MINUTE) : null;
}

/** Never the error's message, which may hold the address. */
function wordOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return `no answer (${typeof code === 'string' ? code : 'network'})`;
}
