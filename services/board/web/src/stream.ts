import type { ChannelHealth, Wait } from './wire.ts';

type WaitEvent = 'wait.opened' | 'wait.warned' | 'wait.breached' | 'wait.closed' | 'wait.changed';
const WAIT_EVENTS: readonly WaitEvent[] = [
  'wait.opened',
  'wait.warned',
  'wait.breached',
  'wait.closed',
  'wait.changed',
];

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 10_000;
/** A phone that slept longer may hold a dead connection. */
const SLEPT_MS = 30_000;

interface Listener {
  connected(): void;
  lost(): void;
  wait(event: WaitEvent, wait: Wait): void;
  health(health: ChannelHealth): void;
  history(): void;
  people(): void;
  channels(): void;
}

/**
 * The board's server-sent events. Reconnects for ever, also where EventSource gives up (an HTTP error, a sleeping
 * phone). Returns `stop`.
 */
export function openStream(listener: Listener): () => void {
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let retryMs = FIRST_RETRY_MS;
  let hiddenAt: number | null = null;

  const open = () => {
    clearTimeout(retry);
    source?.close();
    source = new EventSource('/api/v1/stream');
    source.addEventListener('hello', () => {
      retryMs = FIRST_RETRY_MS;
      listener.connected();
    });
    for (const name of WAIT_EVENTS) {
      source.addEventListener(name, (event: MessageEvent<string>) =>
        listener.wait(name, JSON.parse(event.data)),
      );
    }
    source.addEventListener('history.changed', () => listener.history());
    source.addEventListener('channel.down', (event: MessageEvent<string>) =>
      listener.health(JSON.parse(event.data)),
    );
    source.addEventListener('channel.up', (event: MessageEvent<string>) =>
      listener.health(JSON.parse(event.data)),
    );
    source.addEventListener('people.changed', () => listener.people());
    source.addEventListener('channels.changed', () => listener.channels());
    source.onerror = () => {
      listener.lost();
      source?.close();
      retry = setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS);
    };
  };

  const onVisibility = () => {
    if (document.hidden) hiddenAt = Date.now();
    else if (hiddenAt !== null && Date.now() - hiddenAt > SLEPT_MS) open();
  };

  open();
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('online', open);
  return () => {
    clearTimeout(retry);
    source?.close();
    document.removeEventListener('visibilitychange', onVisibility);
    window.removeEventListener('online', open);
  };
}
