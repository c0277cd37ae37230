import { useCallback } from 'react';
import { addressWith, tellNavigated, useParameter } from './useParameter.ts';

const PARAMETER = 'person';

/** The chosen person stands in the address, so that a screen on the wall can be bookmarked with its filter. */
export function usePersonFilter(): [string | null, (person: string | null) => void] {
  const person = useParameter(PARAMETER);
  const choose = useCallback((next: string | null) => {
    history.replaceState(history.state, '', addressWith(PARAMETER, next));
    tellNavigated();
  }, []);
  return [person, choose];
}
