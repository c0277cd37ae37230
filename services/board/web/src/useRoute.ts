import { useCallback, useSyncExternalStore } from 'react';
import { subscribeToAddress, tellNavigated } from './useParameter.ts';
import type { Role } from './wire.ts';

export type Route = 'board' | 'report' | 'clients' | 'whatIf';

/** The server gives the page under each. */
const PATHS: Readonly<Record<Route, string>> = {
  board: '/',
  report: '/report',
  clients: '/clients',
  whatIf: '/what-if',
};
const ROUTES: readonly Route[] = ['board', 'report', 'clients', 'whatIf'];

export const pathOf = (route: Route): string => PATHS[route];

/** Joins and what-if are for those who answer for others too. */
export const routesFor = (role: Role): readonly Route[] =>
  role === 'admin' || role === 'head' ? ROUTES : role === 'owner' ? ['board', 'report'] : ['board'];

const current = (): Route => ROUTES.find((route) => PATHS[route] === location.pathname) ?? 'board';

export function useRoute(): [Route, (route: Route) => void] {
  const route = useSyncExternalStore(subscribeToAddress, current);
  const go = useCallback((next: Route) => {
    history.pushState(null, '', `${PATHS[next]}${location.search}`);
    tellNavigated();
    scrollTo(0, 0);
  }, []);
  return [route, go];
}
