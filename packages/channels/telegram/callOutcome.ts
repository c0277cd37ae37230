import { TelegramError } from 'telegraf';

/**
 * `refused`: a retry would be refused too. `code`: the provider's, null without its answer. `problem` never contains
 * the token.
 */
export type CallOutcome<Result> = { readonly outcome: 'ok'; readonly result: Result } | CallFailure;

export type CallFailure =
  | {
      readonly outcome: 'retry';
      readonly code: number | null;
      readonly afterMs: number | null;
      readonly problem: string;
    }
  | { readonly outcome: 'refused'; readonly code: number; readonly problem: string };

const CONFLICT = 409;
const TOO_MANY_REQUESTS = 429;

/**
 * 429, 409, 5xx and no provider's answer (network, proxy, our abort): `retry`.
 * https://core.telegram.org/bots/api#making-requests, #responseparameters.
 */
export function failureOf(method: string, error: unknown, mask: (text: string) => string): CallFailure {
  if (!(error instanceof TelegramError) || !Number.isInteger(error.code)) {
    return { outcome: 'retry', code: null, afterMs: null, problem: `${method}: ${transportProblem(error)}` };
  }
  const { code } = error;
  const problem = mask(`${method}: ${code} ${error.description}`);
  const passing = code === TOO_MANY_REQUESTS || code === CONFLICT || code >= 500;
  return passing
    ? { outcome: 'retry', code, afterMs: retryAfterMs(error), problem }
    : { outcome: 'refused', code, problem };
}

function retryAfterMs(error: TelegramError): number | null {
  const seconds = error.parameters?.retry_after;
  return typeof seconds === 'number' && seconds >= 0 ? seconds * 1000 : null;
}

/** node-fetch puts the URL, with the token, into the error's message. */
function transportProblem(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer';
  const word = [property(error, 'code'), property(error, 'type'), error.name].find(
    (candidate) => typeof candidate === 'string',
  );
  return word === 'invalid-json'
    ? 'the answer is not that of a Bot API (a proxy?)'
    : `no answer (${String(word)})`;
}

function property(error: Error, name: string): unknown {
  return Reflect.get(error, name);
}
