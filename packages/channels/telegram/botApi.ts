import { Telegram, TelegramError } from 'telegraf';
import type { Telegram as Methods, Opts } from 'telegraf/types';
import { z } from 'zod';
import { bareUrl } from '../provider/bareUrl.ts';
import { type CallFailure, type CallOutcome, failureOf } from './callOutcome.ts';

export interface CallOptions {
  /** Covers the whole answer; default 10 s. telegraf's own is 500 s. */
  readonly timeoutMs?: number | undefined;
  /** Ends the call with the outcome `retry`. */
  readonly signal?: AbortSignal | undefined;
}

/** `date`: seconds since 1970. */
export type SentMessage = z.infer<typeof sentMessage>;
/** Unparsed: the Bot API adds kinds several times a year. */
export type RawUpdate = z.infer<typeof rawUpdate>;
export type WebhookInfo = z.infer<typeof webhookInfo>;
export type BotUser = z.infer<typeof botUser>;

/** Every method resolves to an outcome; none throws. */
export interface BotApi {
  /** Even newer than telegraf's types. The result is unchecked. */
  call(method: string, params: object, options?: CallOptions): Promise<CallOutcome<unknown>>;
  sendMessage(params: Opts<'sendMessage'>, options?: CallOptions): Promise<CallOutcome<SentMessage>>;
  /** `changed` is false when nothing differed. Without `reply_markup` the buttons disappear. */
  editMessageText(
    params: Opts<'editMessageText'>,
    options?: CallOptions,
  ): Promise<CallOutcome<{ changed: boolean }>>;
  answerCallbackQuery(params: Opts<'answerCallbackQuery'>, options?: CallOptions): Promise<CallOutcome<true>>;
  /** `timeout` in seconds; the call may take 15 s longer. */
  getUpdates(params: GetUpdates, options?: CallOptions): Promise<CallOutcome<RawUpdate[]>>;
  getMe(options?: CallOptions): Promise<CallOutcome<BotUser>>;
  setWebhook(params: SetWebhook, options?: CallOptions): Promise<CallOutcome<true>>;
  deleteWebhook(params: Opts<'deleteWebhook'>, options?: CallOptions): Promise<CallOutcome<true>>;
  getWebhookInfo(options?: CallOptions): Promise<CallOutcome<WebhookInfo>>;
  setMyCommands(params: Opts<'setMyCommands'>, options?: CallOptions): Promise<CallOutcome<true>>;
  /** Sends with a file. */
  sendFile(method: FileMethod, params: object, options?: CallOptions): Promise<CallOutcome<SentMessage>>;
  /** Like {@link editMessageText}. */
  editMessageCaption(params: object, options?: CallOptions): Promise<CallOutcome<{ changed: boolean }>>;
  getFile(params: { file_id: string }, options?: CallOptions): Promise<CallOutcome<BotFile>>;
  /** A file by the path from `getFile`: https://core.telegram.org/bots/api#getfile */
  download(path: string, options?: CallOptions): Promise<CallOutcome<Uint8Array>>;
}

export type FileMethod = 'sendPhoto' | 'sendVideo' | 'sendVoice' | 'sendAudio' | 'sendDocument';
type BotFile = z.infer<typeof botFile>;

/** telegraf's kinds end at Bot API 7.1. */
export type SetWebhook = Omit<Opts<'setWebhook'>, 'allowed_updates'> & {
  readonly allowed_updates?: readonly string[];
};

export interface GetUpdates {
  readonly offset: number;
  readonly limit: number;
  readonly timeout: number;
  readonly allowed_updates: readonly string[];
}

const CALL_TIMEOUT_MS = 10_000;
const POLL_GRACE_MS = 15_000;
/** 20 MB at 3 Mbit/s. */
const FILE_TIMEOUT_MS = 60_000;

const sentMessage = z.object({ message_id: z.int(), date: z.number(), chat: z.object({ id: z.int() }) });
const rawUpdate = z.looseObject({ update_id: z.int() });
const rawUpdates = z.array(rawUpdate);
const botUser = z.object({
  id: z.int(),
  first_name: z.string(),
  username: z.string().optional(),
  can_read_all_group_messages: z.boolean().optional(),
  can_connect_to_business: z.boolean().optional(),
});
const webhookInfo = z.object({
  url: z.string(),
  pending_update_count: z.int(),
  last_error_date: z.int().optional(),
  last_error_message: z.string().optional(),
  max_connections: z.int().optional(),
  allowed_updates: z.array(z.string()).optional(),
});
/** https://core.telegram.org/bots/api#file */
const botFile = z.object({ file_path: z.string().min(1), file_size: z.number().optional() });
const done = z.literal(true);

/**
 * Uses telegraf's client, but not its loops and webhook handler, which confirm updates that were never handled.
 * @param apiRoot `https://api.telegram.org`, a proxy of it, or an own server.
 */
export function botApi(token: string, apiRoot: string): BotApi {
  const client = new Telegram(token, { apiRoot, webhookReply: false });
  const mask = maskOf(token);

  async function call(
    method: string,
    params: object,
    options: CallOptions = {},
  ): Promise<CallOutcome<unknown>> {
    const timeoutMs = options.timeoutMs ?? CALL_TIMEOUT_MS;
    const timeUp = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timeUp]) : timeUp;
    try {
      const result = await (hasFile(params)
        ? uploadCall(apiRoot, token, method, params, signal)
        : rawCall(client, method, params, signal));
      return { outcome: 'ok', result };
    } catch (error) {
      if (!signal.aborted) return failureOf(method, error, mask);
      const why = options.signal?.aborted ? 'stopped' : `no answer within ${timeoutMs / 1000} s`;
      return { outcome: 'retry', code: null, afterMs: null, problem: `${method}: ${why}` };
    }
  }

  async function checked<Schema extends z.ZodType>(
    schema: Schema,
    method: keyof Methods,
    params: object,
    options?: CallOptions,
  ): Promise<CallOutcome<z.infer<Schema>>> {
    const outcome = await call(method, params, options);
    if (outcome.outcome !== 'ok') return outcome;
    const result = schema.safeParse(outcome.result);
    if (result.success) return { outcome: 'ok', result: result.data };
    return {
      outcome: 'retry',
      code: null,
      afterMs: null,
      problem: `${method}: the answer has an unknown shape`,
    };
  }

  return {
    call,
    sendMessage: (params, options) => checked(sentMessage, 'sendMessage', params, options),
    editMessageText: async (params, options) => editOutcome(await call('editMessageText', params, options)),
    answerCallbackQuery: (params, options) => checked(done, 'answerCallbackQuery', params, options),
    getUpdates: (params, options) =>
      checked(rawUpdates, 'getUpdates', params, {
        timeoutMs: params.timeout * 1000 + POLL_GRACE_MS,
        ...options,
      }),
    getMe: (options) => checked(botUser, 'getMe', {}, options),
    setWebhook: (params, options) => checked(done, 'setWebhook', params, options),
    deleteWebhook: (params, options) => checked(done, 'deleteWebhook', params, options),
    getWebhookInfo: (options) => checked(webhookInfo, 'getWebhookInfo', {}, options),
    setMyCommands: (params, options) => checked(done, 'setMyCommands', params, options),
    sendFile: (method, params, options) =>
      checked(sentMessage, method, params, { timeoutMs: FILE_TIMEOUT_MS, ...options }),
    editMessageCaption: async (params, options) =>
      editOutcome(await call('editMessageCaption', params, options)),
    getFile: (params, options) => checked(botFile, 'getFile', params, options),
    download: (path, { timeoutMs = FILE_TIMEOUT_MS, signal } = {}) =>
      downloaded(
        fileUrl(apiRoot, token, path),
        AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      ),
  };
}

/** telegraf's types stop at Bot API 7.1 and its signal is a shim's: widened only here. */
function rawCall(client: Telegram, method: string, params: object, signal: AbortSignal): Promise<unknown> {
  return client.callApi(method as 'getMe', params, { signal: signal as never });
}

const fileUrl = (apiRoot: string, token: string, path: string): string =>
  `${bareUrl(apiRoot)}/file/bot${token}/${path.split('/').map(encodeURIComponent).join('/')}`;

/** Never tells the address, which holds the token. */
async function downloaded(url: string, signal: AbortSignal): Promise<CallOutcome<Uint8Array>> {
  try {
    const answer = await fetch(url, { signal });
    if (answer.ok) return { outcome: 'ok', result: new Uint8Array(await answer.arrayBuffer()) };
    const { status: code } = answer;
    const problem = `the file: ${code}`;
    return code === 429 || code >= 500
      ? { outcome: 'retry', code, afterMs: null, problem }
      : { outcome: 'refused', code, problem };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : null;
    const word = signal.aborted
      ? 'not in time'
      : String((cause instanceof Error && Reflect.get(cause, 'code')) || 'network');
    return { outcome: 'retry', code: null, afterMs: null, problem: `the file: no answer (${word})` };
  }
}

const hasFile = (params: object): boolean => Object.values(params).some((value) => value instanceof File);

const refusalShape = z.object({
  ok: z.literal(false),
  error_code: z.int(),
  description: z.string(),
  parameters: z.object({ retry_after: z.number().optional() }).optional(),
});

/** telegraf's own form never ends on current Node. @throws like telegraf's client. */
async function uploadCall(
  apiRoot: string,
  token: string,
  method: string,
  params: object,
  signal: AbortSignal,
): Promise<unknown> {
  const answer = await fetch(`${bareUrl(apiRoot)}/bot${token}/${method}`, {
    method: 'POST',
    body: formOf(params),
    signal,
  });
  const answered: unknown = await answer.json().catch(() => null);
  if (answer.ok && typeof answered === 'object' && answered !== null && 'result' in answered)
    return answered.result;
  const { data: refusal } = refusalShape.safeParse(answered);
  const { error_code = answer.status, description = answer.statusText, parameters } = refusal ?? {};
  throw new TelegramError({
    error_code,
    description,
    ...(parameters?.retry_after !== undefined && { parameters: { retry_after: parameters.retry_after } }),
  });
}

function formOf(params: object): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    if (value instanceof File) form.append(name, value, value.name);
    else form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return form;
}

/** "Not modified" counts as success. */
function editOutcome(outcome: CallOutcome<unknown>): CallOutcome<{ changed: boolean }> {
  if (outcome.outcome === 'ok') return { outcome: 'ok', result: { changed: true } };
  return isUnchanged(outcome) ? { outcome: 'ok', result: { changed: false } } : outcome;
}

function isUnchanged(failure: CallFailure): boolean {
  return failure.code === 400 && failure.problem.includes('message is not modified');
}

function maskOf(token: string): (text: string) => string {
  const secret = token.slice(token.indexOf(':') + 1);
  return (text) => (secret === '' ? text : text.replaceAll(token, '[token]').replaceAll(secret, '[token]'));
}
