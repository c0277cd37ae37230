import { useSyncExternalStore } from 'react';

/** The page changed its own address; browsers tell only of steps through history. */
const NAVIGATED = 'otklik:navigated';

export const tellNavigated = (): void => void dispatchEvent(new Event(NAVIGATED));

export function subscribeToAddress(changed: () => void): () => void {
  addEventListener('popstate', changed);
  addEventListener(NAVIGATED, changed);
  return () => {
    removeEventListener('popstate', changed);
    removeEventListener(NAVIGATED, changed);
  };
}

/** null: not in the address. */
export const useParameter = (name: string): string | null =>
  useSyncExternalStore(subscribeToAddress, () => parameter(name));

export const parameter = (name: string): string | null => new URLSearchParams(location.search).get(name);

/** null removes the value. */
export function addressWith(name: string, value: string | null): URL {
  const address = new URL(location.href);
  if (value === null) address.searchParams.delete(name);
  else address.searchParams.set(name, value);
  return address;
}
