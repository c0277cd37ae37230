import type { MouseEvent } from 'react';
import { usePageTexts } from './pages/usePageTexts.ts';
import { pathOf, type Route, routesFor } from './useRoute.ts';
import type { Role } from './wire.ts';

interface Props {
  readonly role: Role;
  readonly route: Route;
  readonly onRoute: (route: Route) => void;
}

/** Real links: a new tab works. */
export function Nav({ role, route, onRoute }: Props) {
  const texts = usePageTexts();
  const routes = routesFor(role);
  if (routes.length < 2) return null;
  const follow = (event: MouseEvent, next: Route) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    onRoute(next);
  };
  return (
    <nav className="nav" aria-label={texts.navLabel}>
      {routes.map((each) => (
        <a
          key={each}
          href={pathOf(each)}
          aria-current={each === route ? 'page' : undefined}
          onClick={(event) => follow(event, each)}
        >
          {texts.nav[each]}
        </a>
      ))}
    </nav>
  );
}
