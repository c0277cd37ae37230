import type { Event } from '@otklik/domain';
import type { Memory } from '../channel.ts';
import { greetingName, type Heard, judgeGreeting } from '../provider/greetings.ts';
import { storableName } from '../provider/storable.ts';
import type { MetaChannel } from './config.ts';
import type { SaidEvent } from './normalise.ts';

/** Key: when the client last wrote. */
const lastName = (thread: string): string => `last:${thread}`;

/** They come as unmarked echoes and are known by text: see greetings.ts. */
export async function judgeInstantReplies(
  said: readonly SaidEvent[],
  channel: MetaChannel,
  memory: Memory,
): Promise<{ readonly events: readonly Event[]; remember(): Promise<void> }> {
  const messages = said.filter(({ event }) => event.kind === 'message');
  if (messages.length === 0) return { events: said.map(({ event }) => event), remember: async () => {} };
  const names = messages.flatMap(({ event, words }) => [
    lastName(event.thread),
    ...(event.side === 'unknown' ? [greetingName(words ?? '')] : []),
  ]);
  // Without the database nothing is learnt.
  const recalled = await memory.recall([...new Set(names)]).catch(() => null);
  const known = recalled ?? new Map<string, string>();
  const learned = new Map<string, string>();
  const learn = (name: string, value: string): void => {
    known.set(name, value);
    learned.set(name, value);
  };
  const events = said.flatMap(({ event, words }): Event[] => {
    if (event.kind !== 'message') return [event];
    const last = Number(known.get(lastName(event.thread)) ?? Number.NaN);
    if (event.side === 'client') {
      if (!(last >= event.at)) learn(lastName(event.thread), String(event.at));
      return [event];
    }
    if (event.side !== 'unknown') return [event];
    const name = greetingName(words ?? '');
    const judged = judgeGreeting(
      { text: words, thread: event.thread, id: event.id, at: event.at },
      Number.isNaN(last) ? null : last,
      known.get(name),
      channel.autoReplies,
    );
    if (judged.by !== 'person' && judged.heard !== null) learn(name, JSON.stringify(judged.heard));
    if (judged.by !== 'machine') return [event];
    return [{ ...event, side: 'bot' }, ...judged.before.map((one) => takenBack(one, event))];
  });
  return {
    events,
    remember: async () => {
      if (learned.size > 0 && recalled !== null) await memory.remember(learned, 'history');
    },
  };
}

/** Takes back an answer that was a machine's. */
const takenBack = ({ id, thread }: Heard[number], { channel, at, atSource, receivedAt }: Event): Event => ({
  kind: 'bounce',
  channel,
  id: `${storableName(id)}/machine`,
  of: id,
  thread,
  side: 'bot',
  author: { id: null, name: null, phone: null, email: null },
  at,
  atSource,
  receivedAt,
  seq: null,
});
