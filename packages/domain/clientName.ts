import { visibleLine } from './plainLine.ts';

/**
 * What a client is called: by their name, and until they have one by the number that is their thread (who called is to be
 * called back). null where nobody knows either: a hidden number, a chat without a name. One line, whatever they call themselves.
 */
export const clientName = ({
  client_name,
  thread,
}: {
  readonly client_name: string | null;
  readonly thread: string;
}): string | null =>
  (client_name === null ? null : visibleLine(client_name)) ?? (/^\+\d{5,15}$/.test(thread) ? thread : null);
