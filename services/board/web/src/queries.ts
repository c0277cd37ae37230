import {
  QueryCache,
  QueryClient,
  skipToken,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import {
  type Act,
  ApiProblem,
  act,
  fetchChannels,
  fetchClosedWaits,
  fetchHistory,
  fetchMe,
  fetchNotices,
  fetchOpenWaits,
  fetchPeople,
  fetchWait,
  isSignedOut,
  setAway,
} from './api.ts';
import { createChangeLog } from './changeLog.ts';
import { clock } from './clock.ts';
import { applyToClosed, applyToOpen, type Change } from './waits.ts';
import type { Channel, ChannelHealth, People, Wait } from './wire.ts';

const CLOSED_SHOWN = 15;
const NOTICES_SHOWN = 30;
const HISTORY_SHOWN = 100;
/** In case the stream missed something. */
const SAFETY_REFETCH_MS = 60_000;

const key = {
  me: ['me'],
  open: ['waits', 'open'],
  closed: ['waits', 'closed'],
  history: ['waits', 'history'],
  wait: (id: string) => ['wait', id],
  channels: ['channels'],
  people: ['people'],
  notices: ['notices'],
} as const;

const changeLog = createChangeLog();

export function createQueries(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onError(error, query) {
        if (isSignedOut(error) && query.queryKey[0] !== key.me[0])
          void client.invalidateQueries({ queryKey: key.me });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: SAFETY_REFETCH_MS,
        retry: (failures, error) => !(error instanceof ApiProblem && error.status < 500) && failures < 3,
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 5_000),
      },
    },
  });
  return client;
}

export function useMe() {
  return useQuery({
    queryKey: key.me,
    async queryFn(context) {
      const askedAt = Date.now();
      const me = await fetchMe(context);
      clock.correct(Date.parse(me.now), askedAt, Date.now());
      return me;
    },
    staleTime: 0,
    retry: false,
    // The sign-in link opens in another tab, or the server comes back.
    refetchOnWindowFocus: true,
    refetchInterval: (query) =>
      query.state.status === 'error' && !isSignedOut(query.state.error) ? 3_000 : SAFETY_REFETCH_MS,
  });
}

export function useOpenWaits() {
  return useQuery({
    queryKey: key.open,
    async queryFn(context): Promise<Wait[]> {
      const mark = changeLog.mark();
      const waits = await fetchOpenWaits(context);
      return applyToOpen(waits, changeLog.since(mark));
    },
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export function useClosedWaits() {
  return useQuery({
    queryKey: key.closed,
    async queryFn(context): Promise<Wait[]> {
      const mark = changeLog.mark();
      const waits = await fetchClosedWaits(context, CLOSED_SHOWN);
      return applyToClosed(waits, changeLog.since(mark), CLOSED_SHOWN);
    },
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

export const useHistory = () =>
  useQuery({
    queryKey: key.history,
    queryFn: (context) => fetchHistory(context, HISTORY_SHOWN),
    refetchInterval: SAFETY_REFETCH_MS,
  });

/** null asks for none. */
export function useWait(id: string | null) {
  return useQuery({
    queryKey: key.wait(id ?? ''),
    queryFn: id === null ? skipToken : (context) => fetchWait(context, id),
    staleTime: 0,
  });
}

export const useChannels = () =>
  useQuery({ queryKey: key.channels, queryFn: fetchChannels, refetchInterval: SAFETY_REFETCH_MS });

const peopleQuery = {
  queryKey: key.people,
  queryFn: fetchPeople,
  refetchInterval: SAFETY_REFETCH_MS,
} as const;
export const usePeople = () => useQuery({ ...peopleQuery, select: ({ items }: People) => items });
export const useReach = () => useQuery(peopleQuery);
export const refetchPeople = (client: QueryClient) => client.invalidateQueries({ queryKey: key.people });

export function useNotices() {
  return useQuery({
    queryKey: key.notices,
    queryFn: (context) => fetchNotices(context, NOTICES_SHOWN),
    refetchInterval: SAFETY_REFETCH_MS,
  });
}

/** Applies what the stream told, without asking the server. */
export function applyChanges(client: QueryClient, changes: readonly Change[]): void {
  changeLog.note(changes);
  client.setQueryData<Wait[]>(key.open, (open) => open && applyToOpen(open, changes));
  client.setQueryData<Wait[]>(key.closed, (closed) => closed && applyToClosed(closed, changes, CLOSED_SHOWN));
  for (const { wait } of changes) void client.invalidateQueries({ queryKey: key.wait(wait.id) });
}

export function applyHealth(client: QueryClient, { channel: id, ...health }: ChannelHealth): void {
  client.setQueryData<readonly Channel[]>(key.channels, (channels) =>
    channels?.map((channel) => (channel.id === id ? { ...channel, ...health } : channel)),
  );
  // A list on its way would undo it.
  if (client.isFetching({ queryKey: key.channels }) > 0) void refetchChannels(client);
}

export const refetchChannels = (client: QueryClient) => client.invalidateQueries({ queryKey: key.channels });

export function isOfGoneChannel(client: QueryClient, wait: Wait): boolean {
  const channels = client.getQueryData<readonly Channel[]>(key.channels);
  return channels?.some(({ id, gone_since }) => id === wait.channel && gone_since !== null) ?? false;
}

export const refetchHistory = (client: QueryClient) => client.invalidateQueries({ queryKey: key.history });

export const refetchNotices = (client: QueryClient) => client.invalidateQueries({ queryKey: key.notices });

/** After a gap in the stream nothing is certain. */
export const refetchAll = (client: QueryClient) => client.invalidateQueries();

/** Also shows a lost session (401). */
export const refetchMe = (client: QueryClient) => client.invalidateQueries({ queryKey: key.me });

export function useAct(wait: Wait) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (what: Act) => act(wait.id, what),
    onSuccess(after) {
      applyChanges(client, [{ wait: after, closed: after.closed_at !== null }]);
      if (after.history) void refetchHistory(client);
    },
    onError(error) {
      if (isSignedOut(error)) void refetchMe(client);
      // Its history may tell why.
      void client.invalidateQueries({ queryKey: key.wait(wait.id) });
    },
  });
}

/** Lists and who is asked change for everybody. */
export function useAway() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ person, away }: { readonly person: string; readonly away: boolean }) =>
      setAway(person, away),
    onSuccess(after) {
      client.setQueryData<People>(
        key.people,
        (people) =>
          people && {
            ...people,
            items: people.items.map((person) => (person.id === after.id ? after : person)),
          },
      );
      void client.invalidateQueries({ queryKey: key.open });
    },
    onError(error) {
      if (isSignedOut(error)) void refetchMe(client);
    },
  });
}
