import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import type {
  Channel,
  Dispute,
  Me,
  Notice,
  People,
  Person,
  TimelineItem,
  Wait,
  WaitWithTimeline,
} from './src/wire.ts';

const DIST = join(import.meta.dirname, 'dist');

/** The policy that the real board is served under. */
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The paths under which the real board gives its page. */
const PAGES = ['/', '/report', '/clients', '/what-if'];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};

/** What the scripted server says; a test changes it as it goes. */
interface Script {
  signedIn: boolean;
  me: Omit<Me, 'now'>;
  waits: Wait[];
  closed: Wait[];
  people: Person[];
  /** How well they are reached. */
  reach: Omit<People, 'items'>;
  channels: Channel[];
  notices: Notice[];
  timeline: TimelineItem[];
  dispute: Dispute | null;
  callBack: WaitWithTimeline['call_back'];
  /** Answers to other requests, named as `GET /reports/owners`, without the query. */
  answers: Record<string, { status?: number; body: unknown }>;
  /** How far the server's clock is ahead of the browser's, milliseconds. */
  aheadMs: number;
  /** The list of open waits is read at once and sent when this is fulfilled. */
  holdOpen: Promise<void> | null;
  /** When set, every act is refused with this status and detail. */
  refuse: { status: number; detail: string } | null;
}

export interface BoardFixture {
  readonly url: string;
  readonly script: Script;
  /** `GET /api/v1/waits?state=open` and so on, in the order of arrival; posts with their body. */
  readonly requests: string[];
  /** How many streams are open now. */
  streams(): number;
  emit(event: string, data: unknown): void;
  dropStreams(): void;
  close(): Promise<void>;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** A wait that opened `ageSeconds` ago, with windows of three and five minutes. */
export function waitOf(id: string, ageSeconds: number, more: Partial<Wait> = {}): Wait {
  const opened = Date.now() - ageSeconds * 1_000;
  const stage = ageSeconds >= 300 ? 'breached' : ageSeconds >= 180 ? 'warned' : 'waiting';
  return {
    id,
    client: `Клиент ${id}`,
    client_id: `c-${id}`,
    channel: 'site',
    thread: `t-${id}`,
    also_on: [],
    owner: 'anna',
    asked: 'anna',
    owner_why: 'owner',
    first_owner: 'anna',
    opened_at: iso(opened),
    warn_at: iso(opened + 180_000),
    breach_at: iso(opened + 300_000),
    warned_at: stage === 'waiting' ? null : iso(opened + 180_000),
    breached_at: stage === 'breached' ? iso(opened + 300_000) : null,
    missed_at: null,
    closed_at: null,
    outcome: null,
    answered_by: null,
    answered_via: null,
    answered_with: null,
    formal_answer: false,
    farewell: false,
    excused_seconds: 0,
    response_seconds: null,
    after_hours: false,
    history: false,
    late_delivered: 0,
    etiquette: null,
    taken_by: null,
    taken_until: null,
    hand_over: null,
    stage,
    next_step_at: null,
    text: 'Здравствуйте! Подскажите, пожалуйста, сколько стоит установка?',
    link: null,
    subject: null,
    kind: 'message',
    ...more,
  };
}

export function channelOf(id: string, name: string, kind: string, more: Partial<Channel> = {}): Channel {
  return {
    id,
    name,
    kind,
    owner: 'anna',
    deputies: ['boris'],
    head: 'vera',
    warn_seconds: 180,
    breach_seconds: 300,
    up: true,
    problem: null,
    gaps: [],
    last_event_at: null,
    silent_since: null,
    gone_since: null,
    open_waits: null,
    usual_per_hour: null,
    kept_aside: 0,
    ...more,
  };
}

function personOf(id: string, name: string, role: Person['role']): Person {
  return {
    id,
    name,
    role,
    away: false,
    away_until: null,
    on_duty: [],
    linked: true,
    reachable: true,
    reach: [{ transport: 'telegram', works: true, since: null, problem: null }],
  };
}

function firstScript(): Script {
  return {
    signedIn: true,
    me: {
      name: 'Вера Павловна',
      role: 'head',
      person: 'vera',
      locale: 'ru',
      demo: false,
      version: '0.1.0',
      unknown_year: null,
    },
    waits: [],
    closed: [],
    people: [
      personOf('anna', 'Анна Петрова', 'owner'),
      personOf('boris', 'Борис Смирнов', 'owner'),
      personOf('vera', 'Вера Павловна', 'head'),
    ],
    reach: {
      transports: [{ transport: 'telegram', up: true, since: null, problem: null }],
      unheard_waits: 0,
    },
    channels: [
      channelOf('site', 'Чат на сайте', 'webhook'),
      channelOf('tg', 'Telegram-бот', 'telegram', { owner: 'boris' }),
    ],
    notices: [],
    timeline: [],
    dispute: null,
    callBack: null,
    answers: {},
    aheadMs: 0,
    holdOpen: null,
    refuse: null,
  };
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, {
    'content-type': status < 400 ? 'application/json' : 'application/problem+json',
  });
  response.end(JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

async function serveFile(path: string, response: ServerResponse): Promise<void> {
  const file = normalize(PAGES.includes(path) ? '/index.html' : path);
  const content = await readFile(join(DIST, file)).catch(() => null);
  if (content === null) return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': CSP,
  });
  response.end(content);
}

/** A board's server for tests: the built page, a scripted API and a stream that the test feeds. */
export async function startBoardFixture(): Promise<BoardFixture> {
  const script = firstScript();
  const requests: string[] = [];
  const streams = new Set<ServerResponse>();

  const openStream = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(': heartbeat\n\nevent: hello\ndata: {}\n\n');
    streams.add(response);
    response.on('close', () => streams.delete(response));
  };

  const read = (url: URL, response: ServerResponse) => {
    const list = (items: readonly unknown[]) => json(response, 200, { items, next: null });
    switch (url.pathname.slice('/api/v1'.length)) {
      case '/me':
        return json(response, 200, { ...script.me, now: iso(Date.now() + script.aheadMs) });
      case '/waits': {
        const asked = url.searchParams.get('state') === 'closed' ? script.closed : script.waits;
        const past = url.searchParams.get('history') === 'true';
        const items = asked.filter(({ history }) => history === past);
        if (script.holdOpen === null || items === script.closed) return list(items);
        return void script.holdOpen.then(() => list(items));
      }
      case '/people':
        return json(response, 200, { items: script.people, ...script.reach });
      case '/channels':
        return list(script.channels);
      case '/notices':
        return list(script.notices);
      case '/stream':
        return openStream(response);
      default: {
        const wait = [...script.waits, ...script.closed].find(
          ({ id }) => url.pathname === `/api/v1/waits/${id}`,
        );
        if (wait)
          return json(response, 200, {
            ...wait,
            timeline: script.timeline,
            dispute: script.dispute,
            typed_phone: null,
            voided_at: null,
            call_back: script.callBack,
          });
        return json(response, 404, { title: 'Not found', detail: null });
      }
    }
  };

  const act = (url: URL, response: ServerResponse) => {
    if (script.refuse)
      return json(response, script.refuse.status, { title: 'Refused', detail: script.refuse.detail });
    const [, who, away] = /people\/([^/]+)\/(away|back)$/.exec(url.pathname) ?? [];
    if (who) {
      script.people = script.people.map((one) => (one.id === who ? { ...one, away: away === 'away' } : one));
      return json(
        response,
        200,
        script.people.find((one) => one.id === who),
      );
    }
    const [, id, what] = /waits\/([^/]+)\/(.+)$/.exec(url.pathname) ?? [];
    const wait = script.waits.find((one) => one.id === id);
    if (!wait) return json(response, 404, { title: 'Not found' });
    const taken = { ...wait, taken_by: 'vera', taken_until: iso(Date.now() + 120_000) };
    return json(response, 200, what === 'take' ? taken : wait);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://board');
    if (!url.pathname.startsWith('/api/')) return serveFile(url.pathname, response);
    requests.push(
      `${request.method} ${url.pathname}${url.search}${request.method === 'POST' ? ` ${await bodyOf(request)}` : ''}`,
    );
    if (!script.signedIn) return json(response, 401, { title: 'Unauthorized', detail: null });
    if (url.pathname === '/api/v1/sign-out') {
      script.signedIn = false;
      return void response.writeHead(204).end();
    }
    if (url.pathname === '/api/v1/sign-out-everywhere') {
      script.signedIn = false;
      return json(response, 200, { ended: 2 });
    }
    const said = script.answers[`${request.method} ${url.pathname.slice('/api/v1'.length)}`];
    if (said) return json(response, said.status ?? 200, said.body);
    return request.method === 'POST' ? act(url, response) : read(url, response);
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fixture server has no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    script,
    requests,
    streams: () => streams.size,
    emit(event, data) {
      for (const stream of streams) stream.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    },
    dropStreams() {
      for (const stream of streams) stream.destroy();
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
