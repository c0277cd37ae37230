import { MINUTE, SECOND } from '@otklik/domain';
import type { LocalizedText } from '../channel.ts';

/** The message never holds an address, a token or a client's words. */
export class ProviderTrouble extends Error {
  readonly said: LocalizedText;
  /** The pause that the provider wants. */
  readonly afterMs: number | null;
  /** null without an answer. */
  readonly status: number | null;
  /** Never connected, so nothing happened. */
  readonly neverAsked: boolean;
  /** May hold a number, so no log may show it. */
  readonly #answer: string;

  constructor(said: LocalizedText, about: About = {}) {
    super(said.en);
    this.said = said;
    this.afterMs = about.afterMs ?? null;
    this.status = about.status ?? null;
    this.neverAsked = about.neverAsked ?? false;
    this.#answer = about.answer ?? '';
  }

  /** Cut; for the person who asked, not for a log. */
  answer(): string {
    return this.#answer;
  }
}

interface About {
  readonly afterMs?: number | null;
  readonly status?: number | null;
  readonly neverAsked?: boolean;
  readonly answer?: string;
}

export interface ProviderCall {
  /** The provider's name for people. */
  readonly provider: string;
  readonly url: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Objects go as JSON, `URLSearchParams` and `FormData` as forms, text unchanged. */
  readonly body?: object | URLSearchParams | FormData | string;
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 20 * SECOND;

/** Resolves with status and text of a 2xx, rejects with {@link ProviderTrouble}. */
export async function callProvider(
  call: ProviderCall,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  const { provider, timeoutMs = TIMEOUT_MS } = call;
  const timeUp = AbortSignal.timeout(timeoutMs);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(call.url, {
      method: call.method ?? (call.body === undefined ? 'GET' : 'POST'),
      headers: { ...typeOf(call.body), ...call.headers },
      signal: AbortSignal.any([signal, timeUp]),
      ...(call.body !== undefined && { body: wireOf(call.body) }),
    });
    text = await answer.text();
  } catch (error) {
    const why = timeUp.aborted ? `${timeoutMs / SECOND} s` : wordOf(error);
    throw new ProviderTrouble(
      { ru: `${provider} не отвечает (${why})`, en: `${provider} does not answer (${why})` },
      { neverAsked: NEVER_REACHED.has(why) },
    );
  }
  if (answer.ok) return { status: answer.status, text };
  throw refusalOf(provider, answer, text.slice(0, LONGEST_ANSWER));
}

const LONGEST_ANSWER = 2_000;
const NEVER_REACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The same for JSON answers. */
export async function callProviderJson(call: ProviderCall, signal: AbortSignal): Promise<unknown> {
  const { text } = await callProvider(call, signal);
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderTrouble({
      ru: `${call.provider} ответил не JSON`,
      en: `${call.provider} answered something that is no JSON`,
    });
  }
}

const wireOf = (body: object | URLSearchParams | FormData | string) =>
  typeof body === 'string' || isForm(body) ? body : JSON.stringify(body);

const isForm = (body: object): body is URLSearchParams | FormData =>
  body instanceof URLSearchParams || body instanceof FormData;

function typeOf(body: ProviderCall['body']): Record<string, string> {
  return typeof body === 'object' && !isForm(body) ? { 'content-type': 'application/json' } : {};
}

function refusalOf(provider: string, { status, headers }: Response, answer: string): ProviderTrouble {
  const afterMs = waitOf(headers.get('retry-after'));
  if (status === 401 || status === 403) {
    return new ProviderTrouble(
      {
        ru: `${provider} не принимает ключ (HTTP ${status}): проверьте его в otklik.yaml и права в кабинете`,
        en: `${provider} does not take the key (HTTP ${status}): check it in otklik.yaml, and its rights at the provider's`,
      },
      { afterMs, status, answer },
    );
  }
  return new ProviderTrouble(
    { ru: `${provider} ответил HTTP ${status}`, en: `${provider} answered HTTP ${status}` },
    { afterMs, status, answer },
  );
}

/** `Retry-After` (RFC 9110, 10.2.3): seconds or a date. */
function waitOf(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * SECOND : Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, 30 * MINUTE) : null;
}

/** Never the error's message, which may hold the address. */
function wordOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined;
  return typeof code === 'string' ? code : 'network';
}
