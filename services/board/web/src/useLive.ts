import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import {
  applyChanges,
  applyHealth,
  isOfGoneChannel,
  refetchAll,
  refetchChannels,
  refetchHistory,
  refetchMe,
  refetchNotices,
  refetchPeople,
} from './queries.ts';
import { openStream } from './stream.ts';
import type { Change } from './waits.ts';
import type { Wait } from './wire.ts';

const GATHER_MS = 60;
/** Pings are not in the stream; a changed wait may have new ones. */
const NOTICES_AFTER_MS = 1_000;
/** History comes by the thousand. */
const HISTORY_AFTER_MS = 1_000;

export type Connection = 'connecting' | 'live' | 'lost';

/** Keeps the page in step with the server. `onBreached`: waits that have just gone overdue. */
export function useLive(onBreached: (waits: readonly Wait[]) => void): Connection {
  const client = useQueryClient();
  const [connection, setConnection] = useState<Connection>('connecting');
  const tellBreached = useRef(onBreached);
  useEffect(() => {
    tellBreached.current = onBreached;
  });

  useEffect(() => {
    let changes: Change[] = [];
    let breached: Wait[] = [];
    const flushing = later(GATHER_MS, () => {
      applyChanges(client, changes);
      // Only the server knows the number on its banner.
      if (changes.some(({ wait }) => isOfGoneChannel(client, wait))) void refetchChannels(client);
      if (breached.length > 0) tellBreached.current(breached);
      changes = [];
      breached = [];
    });
    const notices = later(NOTICES_AFTER_MS, () => void refetchNotices(client));
    const history = later(HISTORY_AFTER_MS, () => void refetchHistory(client));
    const stop = openStream({
      connected() {
        setConnection('live');
        void refetchAll(client);
      },
      lost() {
        setConnection('lost');
        void refetchMe(client);
      },
      wait(event, wait) {
        changes.push({ wait, closed: event === 'wait.closed' || wait.closed_at !== null });
        if (event === 'wait.breached') breached.push(wait);
        flushing.begin();
        notices.begin();
      },
      health: (health) => applyHealth(client, health),
      history: history.begin,
      people: () => void refetchPeople(client),
      channels: () => void refetchChannels(client),
    });
    return () => {
      stop();
      for (const each of [flushing, notices, history]) each.cancel();
    };
  }, [client]);

  return connection;
}

/** Runs `work` once, `afterMs` after the first `begin`. */
function later(afterMs: number, work: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    begin() {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, afterMs);
    },
    cancel: () => clearTimeout(timer),
  };
}
