import { type RefObject, useLayoutEffect, useRef } from 'react';

const GLIDE_MS = 260;

interface Place {
  readonly left: number;
  readonly top: number;
}

/**
 * Children with `data-glide` glide to their new places; new ones fade in. Offsets are not disturbed by running
 * animations.
 */
export function useGlide(list: RefObject<HTMLElement | null>): void {
  const places = useRef(new Map<string, Place>());
  useLayoutEffect(() => {
    const before = places.current;
    const after = new Map<string, Place>();
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    for (const child of list.current?.children ?? []) {
      if (!(child instanceof HTMLElement) || child.dataset.glide === undefined) continue;
      const place = { left: child.offsetLeft, top: child.offsetTop };
      after.set(child.dataset.glide, place);
      const was = before.get(child.dataset.glide);
      if (still || before.size === 0) continue;
      if (was === undefined) {
        child.animate({ opacity: [0, 1] }, { duration: GLIDE_MS, easing: 'ease-out' });
      } else if (was.left !== place.left || was.top !== place.top) {
        child.animate(
          { transform: [`translate(${was.left - place.left}px, ${was.top - place.top}px)`, 'none'] },
          { duration: GLIDE_MS, easing: 'cubic-bezier(.2,.8,.2,1)' },
        );
      }
    }
    places.current = after;
  });
}
