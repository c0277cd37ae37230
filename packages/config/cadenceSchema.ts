import { HOUR, type Interval } from '@otklik/domain';
import { z } from 'zod';
import { parseDuration } from './duration.ts';
import { field, type Reading } from './fields.ts';
import { dayHoursField, durationField } from './timeFields.ts';

/** No company writes to clients or calls them outside of these (clause S8). */
const WIDEST: Interval = { from: '09:00', to: '21:00' };

interface Range {
  readonly from: number;
  readonly to: number;
}

const SAME_DAY_PATTERN = '^(off|[0-9dhms]+\\.\\.[0-9dhms]+)$';

/** `2h..3h`, or `off`. */
function sameDayField() {
  const read = (text: string): Reading<Range | null> => {
    if (text === 'off') return { value: null };
    const [from, to] = text.split('..').map((part) => parseDuration(part));
    if (from == null || to == null)
      return { problem: 'is no range of durations', remedy: 'Write  2h..3h  or  off' };
    return from < to ? { value: { from, to } } : { problem: 'ends before it begins' };
  };
  return field(read, {
    description: 'After how long a client is called again on the same day, or  off. Default 2h..3h.',
    examples: ['2h..3h'],
    pattern: SAME_DAY_PATTERN,
  });
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const ACTIONS = ['call', 'message', 'email_or_sms', 'task', 'return_to_source', 'control'] as const;

const planDay = z
  .strictObject({
    day: z.int().min(1).max(60).meta({ description: 'Working days from the call in vain, which is day 1.' }),
    do: z.array(z.enum(ACTIONS)).min(1).meta({ description: 'What is done on that day, in this order.' }),
  })
  .meta({ description: 'One day of the plan.', examples: [{ day: 2, do: ['call', 'message'] }] });

type PlanDay = z.output<typeof planDay>;

/** Clause S8. */
const PLAN: PlanDay[] = [
  { day: 1, do: ['task'] },
  { day: 2, do: ['call', 'message'] },
  { day: 3, do: ['call', 'email_or_sms'] },
  { day: 4, do: ['return_to_source', 'task', 'control'] },
];

export const cadenceSchema = z
  .strictObject({
    start: z.enum(['attempted', 'off']).default('attempted').meta({
      description: 'attempted: a call back in vain starts the plan (default). off: nothing does.',
    }),
    same_day: sameDayField().default({ from: 2 * HOUR, to: 3 * HOUR }),
    hours: dayHoursField(
      'When clients may be disturbed, within 09:00-21:00 of their own zone. Where it is unknown: 10:00-20:00 of the company’s zone at most. Default 09:00-21:00.',
      WIDEST,
    ).default(WIDEST),
    skip: z.array(z.enum(WEEKDAYS)).default(['mon']).meta({
      description:
        'Weekdays on which nothing begins. An answer and the same-day call are never held back. Default [mon].',
    }),
    plan: z
      .array(planDay)
      .min(1)
      .default(PLAN)
      .meta({ description: 'What is done on which day, days in order. Default: four days.' }),
    day_length: durationField(
      'For tests: a day lasts so long; hours, calendar and  skip  do not apply.',
      '10s',
    ).optional(),
  })
  .meta({ description: 'How clients who could not be reached by phone are tried again.' });
