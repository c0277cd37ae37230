import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { FakeBot } from './bot.ts';
import type { Failure, Failures } from './failures.ts';
import { fileAt } from './files.ts';
import { METHODS, type Method } from './methods.ts';
import { isObject, Params, Upload } from './params.ts';
import { Refusal } from './refusal.ts';

export interface CallRecord {
  readonly bot: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** null if hung or dropped. */
  status: number | null;
}

export interface Answering {
  readonly failures: Failures;
  bot(token: string): FakeBot | null;
  record(call: CallRecord): void;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const LARGEST_BODY = 51 * 1024 * 1024;

/** Parameters as JSON, form or query. */
export function botApiServer(answering: Answering): Server {
  return createServer((request, response) => {
    answer(answering, request, response).catch(() => response.destroy());
  });
}

async function answer(
  answering: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://fake');
  const raw = await readRaw(request, url);
  const [, fileToken, path] = /^\/file\/bot(\d+:[^/]+)\/(.+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  if (fileToken !== undefined && path !== undefined)
    return sendFileBytes(response, answering, fileToken, path);
  const [, token, method] = /^\/bot(\d+:[^/]+)\/(\w+)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  if (token === undefined || method === undefined)
    return send(response, refused(Refusal.notFound('Not Found')));
  const bot = answering.bot(token);
  if (bot === null) return send(response, refused(Refusal.unauthorized()));
  const { clock, changes } = bot.telegram;
  const record: CallRecord = { bot: bot.id, method, params: raw, at: clock.now(), status: null };
  answering.record(record);
  const failure = answering.failures.next(method);
  const carryOut = () => run(bot, method, raw, hangUpOf(response));
  if (failure !== null) {
    if (failure.carriedOut) await carryOut();
    changes.happened();
    return fail(response, failure, record);
  }
  changes.happened();
  const reply = await carryOut();
  record.status = reply.status;
  send(response, reply);
  changes.happened();
}

async function run(
  bot: FakeBot,
  name: string,
  raw: Record<string, unknown>,
  hungUp: AbortSignal,
): Promise<Reply> {
  const params = new Params(raw);
  const method: Method | undefined = METHODS.get(name.toLowerCase());
  try {
    if (method === undefined) throw Refusal.notFound('Not Found: method not found');
    const result = await method({ bot, method: name, params, hungUp });
    for (const unread of params.unread()) bot.telegram.complain(bot, name, `unknown parameter "${unread}"`);
    return { status: 200, body: { ok: true, result } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.isViolation) bot.telegram.complain(bot, name, error.message);
    return refused(error);
  }
}

function refused({ code, message, retryAfter, movedTo }: Refusal): Reply {
  const parameters =
    movedTo !== null
      ? { parameters: { migrate_to_chat_id: movedTo } }
      : retryAfter === null
        ? {}
        : { parameters: { retry_after: retryAfter } };
  return { status: code, body: { ok: false, error_code: code, description: message, ...parameters } };
}

function fail(response: ServerResponse, failure: Failure, record: CallRecord): void {
  if (failure.hang) return;
  if (failure.dropConnection) {
    response.destroy();
    return;
  }
  const status = failure.status ?? (failure.retryAfter === undefined ? 500 : 429);
  record.status = status;
  if (failure.html) {
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html><h1>Bad Gateway</h1></html>');
    return;
  }
  const description =
    failure.description ??
    (status === 429 ? `Too Many Requests: retry after ${failure.retryAfter}` : `Error ${status}`);
  const parameters =
    failure.retryAfter === undefined ? {} : { parameters: { retry_after: failure.retryAfter } };
  send(response, { status, body: { ok: false, error_code: status, description, ...parameters } });
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** https://core.telegram.org/bots/api#getfile: a file, not an API answer. */
function sendFileBytes(response: ServerResponse, answering: Answering, token: string, path: string): void {
  const failure = answering.failures.next('file');
  const bot = answering.bot(token);
  const bytes = bot === null ? null : fileAt(bot, path);
  if (failure !== null || bytes === null) {
    response.writeHead(failure?.status ?? (bot === null ? 401 : 404)).end();
    return;
  }
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(bytes);
}

function hangUpOf(response: ServerResponse): AbortSignal {
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  return hungUp.signal;
}

async function readRaw(request: IncomingMessage, url: URL): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new Error('body too large');
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  const body = whole.toString('utf8');
  const query = Object.fromEntries(url.searchParams);
  if (request.headers['content-type']?.includes('json') && body !== '') {
    const parsed: unknown = JSON.parse(body);
    return isObject(parsed) ? { ...query, ...parsed } : query;
  }
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('multipart/form-data')) return { ...query, ...(await readForm(whole, type)) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
}

/** Refuses forms that break RFC 7578. */
async function readForm(body: Buffer<ArrayBuffer>, type: string): Promise<Record<string, unknown>> {
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const fields: Record<string, unknown> = {};
  for (const [name, value] of form)
    fields[name] =
      typeof value === 'string' ? value : new Upload(value.name, new Uint8Array(await value.arrayBuffer()));
  return fields;
}
