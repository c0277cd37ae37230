import type { Event } from '@otklik/domain';

/**
 * What was last passed on of each thread's subject. A provider's list may tell the subject of an event that its webhook
 * told without: then even a second delivery is worth passing on.
 */
interface ThreadSubjects {
  /** The last event of each thread whose subject differs from what was passed on. */
  newIn(events: readonly Event[]): readonly Event[];
  remember(passedOn: readonly Event[]): void;
}

const MAX_REMEMBERED = 50_000;

export function createThreadSubjects(): ThreadSubjects {
  const passedOn = new Map<string, string>();
  return {
    newIn: (events) => {
      const found = new Map<string, Event>();
      for (const event of events) {
        const subject = subjectOf(event);
        const thread = threadOf(event);
        if (subject !== null && passedOn.get(thread) !== subject) found.set(thread, event);
      }
      return [...found.values()];
    },
    remember: (events) => {
      for (const event of events) {
        const subject = subjectOf(event);
        if (subject === null) continue;
        const thread = threadOf(event);
        passedOn.delete(thread); // so that it becomes the newest
        passedOn.set(thread, subject);
      }
      for (const oldest of passedOn.keys()) {
        if (passedOn.size <= MAX_REMEMBERED) break;
        passedOn.delete(oldest);
      }
    },
  };
}

const threadOf = ({ channel, thread }: Event): string => `${channel}\n${thread}`;

/** What an event says its thread is about, with the client's name; null when it says nothing. */
function subjectOf(event: Event): string | null {
  const subject = 'subject' in event ? event.subject : undefined;
  return subject === undefined ? null : JSON.stringify([subject, event.author.name]);
}
