import { useCallback } from 'react';
import { addressWith, parameter, tellNavigated, useParameter } from './useParameter.ts';

const PARAMETER = 'wait';
/** Marks the history entry of an opened wait: one step back closes it. */
const OPENED_HERE = { opened: 'wait' };

export interface ShownWait {
  readonly id: string | null;
  readonly open: (id: string) => void;
  readonly close: () => void;
}

/** In the address: pings link to it, it can be copied, and Back closes it. */
export function useShownWait(): ShownWait {
  const id = useParameter(PARAMETER);
  const open = useCallback((next: string) => {
    const address = addressWith(PARAMETER, next);
    if (askedWait() === null) history.pushState(OPENED_HERE, '', address);
    else history.replaceState(history.state, '', address);
    tellNavigated();
  }, []);
  const close = useCallback(() => {
    if (askedWait() === null) return;
    if (isOpenedHere(history.state)) return history.back();
    history.replaceState(null, '', addressWith(PARAMETER, null));
    tellNavigated();
  }, []);
  return { id, open, close };
}

/** From the address. */
export const askedWait = (): string | null => parameter(PARAMETER);

const isOpenedHere = (state: unknown): boolean =>
  typeof state === 'object' && state !== null && Reflect.get(state, 'opened') === OPENED_HERE.opened;

const KEPT = 'otklik.asked';
const KEPT_FOR_MS = 24 * 3_600_000;

/** A sign-in link opens its own tab and leads to the first page, up to a day later. */
export function keepAskedWait(): void {
  const wait = askedWait();
  if (wait !== null) localStorage.setItem(KEPT, `${Date.now()} ${wait}`);
}

/** Shows the wait asked for before signing in. */
export function comeBackToAskedWait(): void {
  const [at, wait] = (localStorage.getItem(KEPT) ?? '').split(' ');
  localStorage.removeItem(KEPT);
  if (!wait || askedWait() !== null || Date.now() - Number(at) > KEPT_FOR_MS) return;
  history.replaceState(null, '', addressWith(PARAMETER, wait));
  tellNavigated();
}
