import { visibleLine } from './plainLine.ts';

/** On one line; without a name the number that is their thread. null: a hidden number, a nameless chat. */
export const clientName = ({
  client_name,
  thread,
}: {
  readonly client_name: string | null;
  readonly thread: string;
}): string | null =>
  (client_name === null ? null : visibleLine(client_name)) ?? (/^\+\d{5,15}$/.test(thread) ? thread : null);
