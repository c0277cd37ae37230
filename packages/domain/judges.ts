import type { ChannelPeople, PeopleById } from './people.ts';

/**
 * Who may decide whether a breach was its owner's fault: the channel's head; else (no head, or it is their own
 * dispute) the other heads in the order of the configuration. Nobody judges their own case, or one handed to them
 * since (`owner`). Empty: only an admin.
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
