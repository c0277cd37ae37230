import { useCallback } from 'react';
import { addressWith, parameter, tellNavigated, useParameter } from './useParameter.ts';

const PARAMETER = 'wait';
/** In the entry of the browser's history that an opened wait makes: one step back closes it. */
const OPENED_HERE = { opened: 'wait' };

export interface ShownWait {
  /** null: none. */
  readonly id: string | null;
  readonly open: (id: string) => void;
  readonly close: () => void;
}

/** The wait whose details are shown stands in the address: pings link to it, it can be copied, and the browser's Back closes it. */
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

/** The wait that the address asks for. */
export const askedWait = (): string | null => parameter(PARAMETER);

const isOpenedHere = (state: unknown): boolean =>
  typeof state === 'object' && state !== null && Reflect.get(state, 'opened') === OPENED_HERE.opened;

const KEPT = 'otklik.asked';
const KEPT_FOR_MS = 24 * 3_600_000;

/** Before signing in: a sign-in link opens in a tab of its own and leads to the board's first page, as late as a day later. */
export function keepAskedWait(): void {
  const wait = askedWait();
  if (wait !== null) localStorage.setItem(KEPT, `${Date.now()} ${wait}`);
}

/** After signing in: shows the wait that was asked for before. */
export function comeBackToAskedWait(): void {
  const [at, wait] = (localStorage.getItem(KEPT) ?? '').split(' ');
  localStorage.removeItem(KEPT);
  if (!wait || askedWait() !== null || Date.now() - Number(at) > KEPT_FOR_MS) return;
  history.replaceState(null, '', addressWith(PARAMETER, wait));
  tellNavigated();
}
