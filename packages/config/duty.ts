import type { DutyShift, IsoDate, TimeOfDay } from '@otklik/domain';
import { checkHours, type Hours, hoursFrom } from './calendar.ts';
import type { Checking } from './checking.ts';
import type { ChannelEntry } from './configKind.ts';
import type { Path } from './fault.ts';
import { nameOf } from './subjects.ts';

type DutyEntries = ChannelEntry['duty'];

/** Reports turns without a beginning and hours that do not add up; `checkPerson`, who of the shifts names nobody. */
export function checkDuty(
  path: Path,
  entries: DutyEntries,
  checking: Checking,
  checkPerson: (path: Path, id: string) => void,
): void {
  for (const [index, { who, hours, since, handover }] of entries.entries()) {
    const at = [...path, index];
    const name = nameOf(at, checking.document);
    if (typeof who === 'string') checkPerson([...at, 'who'], who);
    else for (const [place, id] of who.entries()) checkPerson([...at, 'who', place], id);
    if (typeof who !== 'string' && who.length > 1 && since === undefined)
      checking.report(
        at,
        `${name} does not say whose the first week is`,
        'Write  since: YYYY-MM-DD , a day of the first week of the first of them',
      );
    if (handover !== undefined && (typeof who === 'string' || who.length === 1))
      checking.report(
        [...at, 'handover'],
        `${name} has nobody to hand over to`,
        'Name several people in  who , or leave  handover  out',
      );
    if (hours === undefined) continue;
    checkHours(hours, [...at, 'hours'], checking);
    if (![...hoursFrom(hours).values()].some((intervals) => intervals.length > 0))
      checking.report(
        [...at, 'hours'],
        `${name} has no hours, so it is never on`,
        'Leave  hours  out for around the clock',
      );
  }
}

/** Turns are counted from here where nobody takes turns: a Monday. */
const ANY_MONDAY = '1970-01-05';
const AROUND_THE_CLOCK = { 'mon-sun': [{ from: '00:00', to: '24:00' }] };

/** The rota of a channel; `timezone` is the company's. */
export const dutyFrom = (entries: DutyEntries, timezone: string): DutyShift[] =>
  entries.map(({ who, hours = AROUND_THE_CLOCK, since = ANY_MONDAY, handover }) => {
    const week = hoursFrom(hours);
    return {
      who: [who].flat(),
      since: mondayOf(since),
      handover: handover ?? endOfSunday(week),
      hours: { timezone, hours: week, days: new Map() },
    };
  });

/** When a shift that begins on Sunday and runs over midnight ends: a night is not handed over in its midst. */
function endOfSunday(week: Hours): TimeOfDay {
  const runsOn = week.get(7)?.some(({ to }) => to === '24:00') ?? false;
  const end = runsOn ? week.get(1)?.find(({ from }) => from === '00:00')?.to : undefined;
  return end === undefined || end === '24:00' ? '00:00' : end;
}

/** Weeks turn over on Mondays, whatever day was named. */
const mondayOf = (date: IsoDate): IsoDate => {
  const day = Temporal.PlainDate.from(date);
  return day.subtract({ days: day.dayOfWeek - 1 }).toString();
};
