import { visibleLine } from './plainLine.ts';

/**
 * A client's name on one line, else the number that is their thread. null when neither is known: a hidden number, a
 * chat without a name.
 */
export const clientName = ({
  client_name,
  thread,
}: {
  readonly client_name: string | null;
  readonly thread: string;
}): string | null =>
  (client_name === null ? null : visibleLine(client_name)) ?? (/^\+\d{5,15}$/.test(thread) ? thread : null);
