import { useState } from 'react';

const PARAMETER = 'person';

/** The chosen person stands in the address, so that a screen on the wall can be bookmarked with its filter. */
export function usePersonFilter(): [string | null, (person: string | null) => void] {
  const [person, setPerson] = useState(() => new URLSearchParams(location.search).get(PARAMETER));
  const choose = (next: string | null) => {
    const address = new URL(location.href);
    if (next === null) address.searchParams.delete(PARAMETER);
    else address.searchParams.set(PARAMETER, next);
    history.replaceState(null, '', address);
    setPerson(next);
  };
  return [person, choose];
}
