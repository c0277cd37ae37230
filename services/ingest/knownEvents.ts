import { type Event, type EventKey, eventKey } from '@otklik/domain';
import type { Log } from '@otklik/telemetry';
import { withTimeout } from '@otklik/timing';

interface Key {
  readonly channel: string;
  readonly id: string;
}

/** Which of these events are in the database. It may fail or be slow: then all count as unknown. */
export type RecordedKeys = (keys: readonly Key[]) => Promise<readonly Key[]>;

/** Finds second deliveries before they reach the queue. */
export interface KnownEvents {
  /** The events that are not known here, and the writes of other requests that some of them are part of. */
  sift(events: readonly Event[]): {
    readonly fresh: ReadonlyMap<EventKey, Event>;
    readonly writtenElsewhere: ReadonlySet<Promise<void>>;
  };
  /** Without the events that are in the database. */
  withoutRecorded(fresh: ReadonlyMap<EventKey, Event>): Promise<ReadonlyMap<EventKey, Event>>;
  /** From now on a second delivery waits for `written` (law 8), and is known when that has succeeded. */
  rememberWhenWritten(fresh: ReadonlyMap<EventKey, Event>, written: Promise<unknown>): void;
  isBeingWritten(key: EventKey): boolean;
}

const MAX_REMEMBERED = 50_000;
/** Providers wait two seconds for their answer (law 8). Finding a duplicate early is worth only a part of that. */
const ASK_WITHIN_MS = 250;

export function createKnownEvents(deps: { readonly recorded: RecordedKeys; readonly log: Log }): KnownEvents {
  const durable = new Set<EventKey>();
  const beingWritten = new Map<EventKey, Promise<void>>();

  const remember = (key: EventKey) => {
    durable.add(key);
    if (durable.size > MAX_REMEMBERED) for (const oldest of durable) return void durable.delete(oldest);
  };

  return {
    sift: (events) => {
      const fresh = new Map<EventKey, Event>();
      const writtenElsewhere = new Set<Promise<void>>();
      for (const event of events) {
        const key = eventKey(event.channel, event.id);
        const other = beingWritten.get(key);
        if (other) writtenElsewhere.add(other);
        else if (!durable.has(key) && !fresh.has(key)) fresh.set(key, event);
      }
      return { fresh, writtenElsewhere };
    },
    withoutRecorded: async (fresh) => {
      if (fresh.size === 0) return fresh;
      try {
        const keys = [...fresh.values()].map(({ channel, id }) => ({ channel, id }));
        const found = await withTimeout(ASK_WITHIN_MS, deps.recorded(keys));
        const recorded = new Set(found.map(({ channel, id }) => eventKey(channel, id)));
        return recorded.size === 0 ? fresh : new Map([...fresh].filter(([key]) => !recorded.has(key)));
      } catch (error) {
        deps.log.warn({ err: error }, 'could not ask which events are known; the engine will tell');
        return fresh;
      }
    },
    rememberWhenWritten: (fresh, written) => {
      const done = written
        .then(() => {
          for (const key of fresh.keys()) remember(key);
        })
        .finally(() => {
          for (const key of fresh.keys()) beingWritten.delete(key);
        });
      done.catch(() => undefined); // whoever waits for it handles it
      for (const key of fresh.keys()) beingWritten.set(key, done);
    },
    isBeingWritten: (key) => beingWritten.has(key),
  };
}
