import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Sets `--header-height` (px) for what sticks below. */
export function useHeaderHeight(): RefObject<HTMLElement | null> {
  const header = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = header;
    if (current === null) return;
    const watcher = new ResizeObserver(() =>
      document.documentElement.style.setProperty('--header-height', `${current.offsetHeight}px`),
    );
    watcher.observe(current);
    return () => watcher.disconnect();
  }, []);
  return header;
}
