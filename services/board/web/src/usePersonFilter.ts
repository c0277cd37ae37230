import { useCallback } from 'react';
import { addressWith, tellNavigated, useParameter } from './useParameter.ts';

const PARAMETER = 'person';

/** In the address, so that a wall screen can bookmark it. */
export function usePersonFilter(): [string | null, (person: string | null) => void] {
  const person = useParameter(PARAMETER);
  const choose = useCallback((next: string | null) => {
    history.replaceState(history.state, '', addressWith(PARAMETER, next));
    tellNavigated();
  }, []);
  return [person, choose];
}
