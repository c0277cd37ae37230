import type {
  Answer,
  Channel,
  FieldProblem,
  Me,
  Notice,
  People,
  Person,
  Taken,
  Wait,
  WaitPage,
  WaitWithTimeline,
} from './wire.ts';

const PAGE_SIZE = 200;
/** No screen shows more open waits. */
const MOST_PAGES = 25;

/** problem+json (RFC 9457). `detail` is for people. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly detail: string | null;
  readonly errors: readonly FieldProblem[];
  constructor(status: number, title: string, detail: string | null, errors: readonly FieldProblem[] = []) {
    super(title);
    this.errors = errors;
    this.status = status;
    this.detail = detail;
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.status === 401;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const body: unknown = await response.json().catch(() => null);
  const text = (key: 'title' | 'detail') => {
    const value = typeof body === 'object' && body !== null ? Reflect.get(body, key) : null;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const errors: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'errors') : null;
  return new ApiProblem(
    response.status,
    text('title') ?? response.statusText,
    text('detail'),
    Array.isArray(errors) ? errors : [],
  );
}

/** Answers are trusted here: they come from our server of the same version. */
export async function call<Answer>(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(`/api/v1${path}`, {
    ...init,
    // Refusals come in the language of the page.
    headers: {
      accept: 'application/json',
      'accept-language': document.documentElement.lang,
      ...init.headers,
    },
  });
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? null : await response.json()) as Answer;
}

export function post<Answer>(path: string, body: unknown = {}): Promise<Answer> {
  return call(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

type Signal = { readonly signal: AbortSignal };

export const fetchMe = ({ signal }: Signal) => call<Me>('/me', { signal });

/** Page by page. */
export async function fetchOpenWaits({ signal }: Signal): Promise<Wait[]> {
  const waits: Wait[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const after: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const { items, next }: WaitPage = await call(
      `/waits?state=open&history=false&limit=${PAGE_SIZE}${after}`,
      {
        signal,
      },
    );
    waits.push(...items);
    if (next === null) break;
    cursor = next;
  }
  return waits;
}

export async function fetchClosedWaits({ signal }: Signal, limit: number): Promise<readonly Wait[]> {
  return (await call<WaitPage>(`/waits?state=closed&history=false&limit=${limit}`, { signal })).items;
}

/** Newest first. */
export const fetchHistory = ({ signal }: Signal, limit: number) =>
  call<WaitPage>(`/waits?state=open&history=true&limit=${limit}`, { signal });

export const fetchWait = ({ signal }: Signal, id: string) =>
  call<WaitWithTimeline>(`/waits/${encodeURIComponent(id)}`, { signal });

export async function fetchChannels({ signal }: Signal): Promise<readonly Channel[]> {
  return (await call<Answer<'/api/v1/channels', 'get'>>('/channels', { signal })).items;
}

export const fetchPeople = ({ signal }: Signal) => call<People>('/people', { signal });

export async function fetchNotices({ signal }: Signal, limit: number): Promise<readonly Notice[]> {
  return (await call<Answer<'/api/v1/notices', 'get'>>(`/notices?limit=${limit}`, { signal })).items;
}

export type Act =
  | { readonly do: 'take' }
  | { readonly do: 'release' }
  | { readonly do: 'call' }
  | { readonly do: 'no-reply-needed' }
  | { readonly do: 'hand-over'; readonly to: string };

export function act(waitId: string, what: Act): Promise<Wait> {
  return post(
    `/waits/${encodeURIComponent(waitId)}/${what.do}`,
    what.do === 'hand-over' ? ({ to: what.to } satisfies Taken<'/api/v1/waits/{id}/hand-over'>) : {},
  );
}

/** «Я отошёл», to the end of the day or until «Я на месте». */
export const setAway = (person: string, away: boolean): Promise<Person> =>
  post(`/people/${encodeURIComponent(person)}/${away ? 'away' : 'back'}`);

export const signOut = () => post<unknown>('/sign-out');
