import type { Calendar, Interval, Weekday } from '../calendar.ts';
import type { OpenWait } from '../dueSteps.ts';
import type { ChannelPeople, PeopleById, Person } from '../people.ts';
import { defaultSteps, type Policy } from '../policy.ts';
import { MINUTE } from '../time.ts';
import { at, STRICT } from './story.ts';

/** Who is away when: a date or `from..to`. The names are those of the example in docs. */
export function people(
  away: Readonly<Record<string, string>> = {},
  timezone = 'UTC',
  ids: readonly string[] = ['anna', 'boris', 'vlad', 'vera'],
): PeopleById {
  return new Map(ids.map((id) => [id, person(id, away[id], timezone)]));
}

function person(id: string, away: string | undefined, timezone: string): Person {
  const [from = '', to = from] = (away ?? '').split('..');
  return {
    id,
    name: id,
    role: id === 'vera' ? 'head' : 'owner',
    telegram: null,
    email: null,
    locale: 'ru',
    timezone,
    away: from === '' ? [] : [{ from, to }],
    quiet: null,
    steppedOut: null,
    reach: ['telegram', 'email'],
    deadEnds: [],
  };
}

/** The channel of the examples: Anna's, with two deputies and Vera at the head. */
export const CHANNEL: ChannelPeople = {
  owner: 'anna',
  duty: [],
  deputies: ['boris', 'vlad'],
  head: 'vera',
  accounts: new Map(),
};

/** The default policy: 3 minutes, 5 minutes, then the head. */
export function policy(said: Partial<Policy> = {}): Policy {
  const warn = said.warn ?? 3 * MINUTE;
  const breach = said.breach ?? 5 * MINUTE;
  return {
    name: 'default',
    warn,
    breach,
    steps: defaultSteps(warn, breach),
    takeLease: 2 * MINUTE,
    afterHours: 'same',
    crossChannel: true,
    missedCallAtOnce: true,
    countsAsAnswer: STRICT,
    formalReplies: [],
    overload: null,
    ...said,
  };
}

/** A wait that opened at 10:00:00 and that nobody has touched. */
export const openWait = (said: Partial<OpenWait> = {}): OpenWait => ({
  channel: CHANNEL,
  owner: 'anna',
  ownerWhy: 'owner',
  openedAt: at('10:00:00'),
  missedAt: null,
  stepsDone: 0,
  chainShift: 0,
  warned: false,
  breached: false,
  replanned: null,
  ...said,
});

/** Working hours by ISO weekday, each as `09:00-13:00 14:00-18:00`. */
export function calendar(hours: Readonly<Record<number, string>>, timezone = 'UTC'): Calendar {
  const days: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
  return {
    timezone,
    days: new Map(),
    hours: new Map(days.flatMap((day) => (hours[day] === undefined ? [] : [[day, intervals(hours[day])]]))),
  };
}

const intervals = (text: string): Interval[] =>
  text.split(' ').map((interval) => {
    const [from = '', to = ''] = interval.split('-');
    return { from, to };
  });
