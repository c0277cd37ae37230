import type { ChannelPeople, PeopleById } from './people.ts';

/**
 * Who can decide whether a breach was its owner's fault: the channel's head; where that is whoever disputes it, or there is none,
 * the other heads, in the order of the configuration. Nobody judges their own, nor what has been handed to them since (`owner`).
 * Empty: only an admin can.
 */
export function judgesOf(
  { head }: Pick<ChannelPeople, 'head'>,
  people: PeopleById,
  { disputer, owner }: { readonly disputer: string; readonly owner: string },
): readonly string[] {
  if (head !== null && head !== disputer && people.has(head)) return [head];
  return [...people.values()].flatMap(({ id, role }) =>
    role === 'head' && id !== disputer && id !== owner ? [id] : [],
  );
}
