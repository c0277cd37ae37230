import { initials } from './wording.ts';

const HUES = [212, 262, 322, 22, 182, 232, 292, 162];

/** Initials on the person's own colour, paler than those of stages. */
export function PersonAvatar({ id, name }: { readonly id: string; readonly name: string }) {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return (
    <span
      className="avatar"
      style={{ '--hue': HUES[sum % HUES.length] } as React.CSSProperties}
      aria-hidden="true"
    >
      {initials(name)}
    </span>
  );
}
