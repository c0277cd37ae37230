import { request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { FakeBot } from './bot.ts';
import type { Kept } from './updateQueue.ts';

const ANSWER_WITHIN_MS = 10_000;
const LONGEST_RETRY_MS = 60_000;

export interface WebhookSettings {
  readonly url: string;
  readonly secret: string | null;
  readonly maxConnections: number;
}

interface Answer {
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  readonly body: string;
}

/**
 * In order within a chat, chats in parallel. Without a 2xx it retries (at once, then with doubling delays or
 * `Retry-After`) until taken or expired.
 */
export class Webhook {
  readonly url: string;
  readonly maxConnections: number;
  lastError: { last_error_date: number; last_error_message: string } | null = null;
  readonly #bot: FakeBot;
  readonly #secret: string | null;
  readonly #busyChats = new Set<number>();
  #stopped = new AbortController();

  constructor(bot: FakeBot, { url, secret, maxConnections }: WebhookSettings) {
    this.#bot = bot;
    this.url = url;
    this.#secret = secret;
    this.maxConnections = maxConnections;
  }

  wake(): void {
    for (const { chat } of this.#pending()) {
      if (this.#stopped.signal.aborted || this.#busyChats.size >= this.maxConnections) return;
      if (!this.#busyChats.has(chat)) void this.#postAll(chat, this.#stopped.signal);
    }
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Continues after `stop`. */
  resume(): void {
    this.#stopped = new AbortController();
    this.wake();
  }

  async #postAll(chat: number, stopped: AbortSignal): Promise<void> {
    this.#busyChats.add(chat);
    let failures = 0;
    while (!stopped.aborted) {
      const next = this.#pending().find((kept) => kept.chat === chat);
      if (next === undefined) break;
      const answer = await this.#post(next, stopped);
      if (stopped.aborted) break;
      if (answer.status !== null && answer.status >= 200 && answer.status < 300) {
        failures = 0;
        this.#taken(next, answer);
      } else {
        this.#failed(answer);
        await wait(this.#delayMs(answer, failures++), undefined, { signal: stopped }).catch(() => undefined);
      }
    }
    this.#busyChats.delete(chat);
    if (!stopped.aborted) this.wake();
  }

  #taken(kept: Kept, { body }: Answer): void {
    this.#bot.queue.remove(kept);
    if (/"method"\s*:/.test(body)) {
      this.#bot.telegram.complain(
        this.#bot,
        'webhook',
        'a call in the answer to a webhook: its outcome can never be known',
      );
    }
    this.#bot.telegram.changes.happened();
  }

  #failed({ status }: Answer): void {
    const about = status === null ? 'Connection refused' : `Wrong response from the webhook: ${status}`;
    this.lastError = { last_error_date: this.#bot.telegram.clock.seconds(), last_error_message: about };
    this.#bot.telegram.changes.happened();
  }

  #delayMs({ retryAfterMs }: Answer, failures: number): number {
    if (retryAfterMs !== null) return retryAfterMs;
    return failures === 0
      ? 0
      : Math.min(this.#bot.telegram.webhookRetryMs * 2 ** (failures - 1), LONGEST_RETRY_MS);
  }

  #pending(): readonly Kept[] {
    return this.#bot.queue.pending(this.#bot.telegram.clock.now());
  }

  #post({ update }: Kept, stopped: AbortSignal): Promise<Answer> {
    const url = new URL(this.url);
    const failure: Answer = { status: null, retryAfterMs: null, body: '' };
    if (!isLoopback(url) || url.protocol !== 'http:') return Promise.resolve(failure);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const post = request(url, {
      method: 'POST',
      agent: false,
      headers: this.#headers(),
      signal: stopped,
      timeout: ANSWER_WITHIN_MS,
    });
    post.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('error', () => resolve(failure));
      response.on('end', () => {
        const seconds = Number(response.headers['retry-after']);
        const retryAfterMs = seconds > 0 ? Math.min(seconds, 3600) * 1000 : null;
        resolve({ status: response.statusCode ?? null, retryAfterMs, body });
      });
    });
    post.on('timeout', () => post.destroy(new Error('timeout')));
    post.on('error', () => resolve(failure));
    post.end(JSON.stringify(update));
    return promise;
  }

  #headers(): Record<string, string> {
    const secret = this.#secret === null ? {} : { 'x-telegram-bot-api-secret-token': this.#secret };
    return { 'content-type': 'application/json', ...secret };
  }
}

/** The fake connects nowhere else. */
export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
