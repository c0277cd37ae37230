import { call, post } from '../api.ts';
import type { Answer, Dispute, Taken } from '../wire.ts';
import type { Join, Simulation } from './wire.ts';

/** Half open. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

const query = (span: Span) => new URLSearchParams({ ...span }).toString();
const channelPath = (id: string) => `/channels/${encodeURIComponent(id)}`;
const personPath = (id: string) => `/people/${encodeURIComponent(id)}`;

export const fetchOwners = async (span: Span) =>
  (await call<Answer<'/api/v1/reports/owners', 'get'>>(`/reports/owners?${query(span)}`)).items;
export const fetchByChannel = (span: Span) =>
  call<Answer<'/api/v1/reports/response-times', 'get'>>(
    `/reports/response-times?group_by=channel&${query(span)}`,
  );
export const fetchDisputes = async () => (await call<Answer<'/api/v1/disputes', 'get'>>('/disputes')).items;

export const dispute = (wait: string, reason: string) =>
  post<Dispute>(`/waits/${wait}/dispute`, { reason } satisfies Taken<'/api/v1/waits/{id}/dispute'>);
export const decide = (wait: string, decision: Taken<'/api/v1/waits/{id}/dispute/decide'>) =>
  post<Dispute>(`/waits/${wait}/dispute/decide`, decision);

export const fetchLinking = (channel: string) =>
  call<Answer<'/api/v1/channels/{id}/linking', 'get'>>(`${channelPath(channel)}/linking`);
export const askForLinkingCode = (channel: string) =>
  post<Answer<'/api/v1/channels/{id}/linking/code', 'post'>>(`${channelPath(channel)}/linking/code`, {});

export const fetchKeptAside = (channel: string) =>
  call<Answer<'/api/v1/channels/{id}/kept-aside', 'get'>>(`${channelPath(channel)}/kept-aside?limit=20`);
export const seeKeptAside = (channel: string, upTo: number) =>
  post<Answer<'/api/v1/channels/{id}/kept-aside/seen', 'post'>>(`${channelPath(channel)}/kept-aside/seen`, {
    up_to: upTo,
  } satisfies Taken<'/api/v1/channels/{id}/kept-aside/seen'>);
export const readKeptAsideAgain = (channel: string) =>
  post<Answer<'/api/v1/channels/{id}/kept-aside/read-again', 'post'>>(
    `${channelPath(channel)}/kept-aside/read-again`,
    {},
  );

export const testChannel = (channel: string) =>
  post<Answer<'/api/v1/channels/{id}/test', 'post'>>(`${channelPath(channel)}/test`, {});

export const handOverAll = (person: string, to: string) =>
  post<Answer<'/api/v1/people/{id}/hand-over', 'post'>>(`${personPath(person)}/hand-over`, {
    to,
  } satisfies Taken<'/api/v1/people/{id}/hand-over'>);
export const getLinkCode = (person: string) =>
  post<Answer<'/api/v1/people/{id}/link-code', 'post'>>(`${personPath(person)}/link-code`);

export const checkPerson = (person: string) =>
  post<Answer<'/api/v1/people/{id}/check', 'post'>>(`${personPath(person)}/check`);

export const fetchSuggestions = async () =>
  (await call<Answer<'/api/v1/clients/suggestions', 'get'>>('/clients/suggestions')).items;
const joins = async (query: string): Promise<readonly Join[]> =>
  (await call<Answer<'/api/v1/clients/joins', 'get'>>(`/clients/joins?${query}`)).items;
export const fetchJoins = () => joins('limit=50');
/** The most that the API gives. */
export const REVIEW_LIMIT = 500;
export const fetchJoinsToReview = () => joins(`limit=${REVIEW_LIMIT}&review=true`);
export const joinClients = (a: string, b: string) =>
  post<Answer<'/api/v1/clients/join', 'post'>>('/clients/join', {
    a,
    b,
  } satisfies Taken<'/api/v1/clients/join'>);
export const dismissPair = (a: string, b: string) =>
  post<null>('/clients/dismiss', { a, b } satisfies Taken<'/api/v1/clients/dismiss'>);
export const confirmJoin = (id: string) => post<null>(`/clients/joins/${id}/confirm`);
export const undoJoin = (id: string) => post<null>(`/clients/joins/${id}/undo`);

export const simulate = (policy: string, span: Span) =>
  post<Simulation>('/policy/simulate', { policy, ...span } satisfies Taken<'/api/v1/policy/simulate'>);

export const signOutEverywhere = () =>
  post<Answer<'/api/v1/sign-out-everywhere', 'post'>>('/sign-out-everywhere');
