import { call, post } from '../api.ts';
import type { Wait } from '../wire.ts';
import type {
  BlindSpan,
  ChannelRow,
  Checked,
  Dispute,
  Join,
  KeptAsideList,
  OwnerRow,
  Simulation,
  Suggestion,
  TestedStep,
} from './wire.ts';

/** Half open, as the API counts. */
export interface Span {
  readonly from: string;
  readonly to: string;
}

const items = async <Item>(path: string): Promise<readonly Item[]> =>
  (await call<{ items: readonly Item[] }>(path)).items;
const query = (span: Span) => new URLSearchParams({ ...span }).toString();

export const fetchOwners = (span: Span) => items<OwnerRow>(`/reports/owners?${query(span)}`);
export const fetchByChannel = (span: Span) =>
  call<{ readonly items: readonly ChannelRow[]; readonly blind: readonly BlindSpan[] }>(
    `/reports/response-times?group_by=channel&${query(span)}`,
  );
export const fetchDisputes = () => items<Dispute & { readonly wait: Wait }>('/disputes');

export const dispute = (wait: string, reason: string) => post<Dispute>(`/waits/${wait}/dispute`, { reason });
export const decide = (
  wait: string,
  decision: {
    readonly accepted: boolean;
    readonly note: string | null;
    readonly excused_seconds: number | null;
  },
) => post<Dispute>(`/waits/${wait}/dispute/decide`, decision);

export const fetchLinking = (channel: string) =>
  call<{ readonly shown: boolean; readonly code: string | null; readonly at: string | null }>(
    `/channels/${encodeURIComponent(channel)}/linking`,
  );
export const askForLinkingCode = (channel: string) =>
  post<{ readonly asked: true }>(`/channels/${encodeURIComponent(channel)}/linking/code`, {});

export const fetchKeptAside = (channel: string) =>
  call<KeptAsideList>(`/channels/${encodeURIComponent(channel)}/kept-aside?limit=20`);
export const seeKeptAside = (channel: string, upTo: number) =>
  post<{ readonly seen: number }>(`/channels/${encodeURIComponent(channel)}/kept-aside/seen`, {
    up_to: upTo,
  });
export const readKeptAsideAgain = (channel: string) =>
  post<{ readonly asked: number }>(`/channels/${encodeURIComponent(channel)}/kept-aside/read-again`, {});

export const testChannel = (channel: string) =>
  post<{ readonly ok: boolean; readonly steps: readonly TestedStep[] }>(
    `/channels/${encodeURIComponent(channel)}/test`,
    {},
  );

export const handOverAll = (person: string, to: string) =>
  post<{ readonly handed_over: number }>(`/people/${encodeURIComponent(person)}/hand-over`, { to });
export const getLinkCode = (person: string) =>
  post<{ readonly code: string; readonly expires_at: string }>(
    `/people/${encodeURIComponent(person)}/link-code`,
  );

export const checkPerson = (person: string) =>
  post<{ readonly items: readonly Checked[] }>(`/people/${encodeURIComponent(person)}/check`);

export const fetchSuggestions = () => items<Suggestion>('/clients/suggestions');
export const fetchJoins = () => items<Join>('/clients/joins?limit=50');
/** As many at once as the API gives. */
export const REVIEW_LIMIT = 500;
export const fetchJoinsToReview = () => items<Join>(`/clients/joins?limit=${REVIEW_LIMIT}&review=true`);
export const joinClients = (a: string, b: string) => post<{ readonly id: string }>('/clients/join', { a, b });
export const dismissPair = (a: string, b: string) => post<null>('/clients/dismiss', { a, b });
export const confirmJoin = (id: string) => post<null>(`/clients/joins/${id}/confirm`);
export const undoJoin = (id: string) => post<null>(`/clients/joins/${id}/undo`);

export const simulate = (policy: string, span: Span) =>
  post<Simulation>('/policy/simulate', { policy, ...span });

export const signOutEverywhere = () => post<{ readonly ended: number }>('/sign-out-everywhere');
