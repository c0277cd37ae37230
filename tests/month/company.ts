import type { Chances } from './random.ts';
import {
  type ChannelTruth,
  type CompanyTruth,
  HOUR,
  MINUTE,
  type PersonTruth,
  type PolicyTruth,
  SECOND,
} from './truth.ts';

/** November 2026 in Moscow, which has no summer time. */
export const MONTH = {
  from: Date.parse('2026-11-01T00:00:00+03:00'),
  to: Date.parse('2026-12-01T00:00:00+03:00'),
};
/** What was written before these is history. */
const WATCHED = {
  company: Date.parse('2026-11-02T00:00:00+03:00'),
  channel: Date.parse('2026-11-05T12:30:00+03:00'),
};
const LATE_CHANNEL = 6;
const DAYS_OFF = ['2026-11-04', '2026-11-20'];
/** Working hours on weekdays, in Moscow. */
const WORKING = ['09:00-13:00', '14:00-18:00'];

const MOSCOW = { name: 'Europe/Moscow', hours: 3 };
const URALS = { name: 'Asia/Yekaterinburg', hours: 5 };

/** The chain that follows from a window, as the regulation says (clause S4). */
const chain = (warn: number, breach: number) => [
  warn,
  breach,
  2 * breach,
  5 * breach,
  8 * breach,
  11 * breach,
];

const policy = (name: string, said: Partial<PolicyTruth>): PolicyTruth => {
  const { warn = 3 * MINUTE, breach = 5 * MINUTE } = said;
  return {
    name,
    warn,
    breach,
    steps: chain(warn, breach),
    lease: 2 * MINUTE,
    afterHours: 'same',
    crossChannel: true,
    minCallSeconds: 5,
    overload: null,
    ...said,
  };
};

const POLICIES = [
  policy('default', {}),
  policy('front', { afterHours: 'owner_only', overload: 6 }),
  policy('line', { warn: 1 * MINUTE, breach: 2 * MINUTE, lease: 90 * SECOND, minCallSeconds: 20 }),
  policy('mail', { warn: 20 * MINUTE, breach: 30 * MINUTE, afterHours: 'defer', crossChannel: false }),
  policy('night', { afterHours: 'defer' }),
  policy('apart', { crossChannel: false, overload: 4 }),
];

/** Ten owners, two heads, twelve channels: all kinds of policy, and absences, rotas and quiet hours at random. */
export function companyBy(chances: Chances): CompanyTruth {
  const owners = Array.from({ length: 10 }, (_, i) => `owner${i + 1}`);
  const heads = ['head1', 'head2'];
  const people = [...owners, ...heads].map(
    (id, i): PersonTruth => ({
      id,
      role: heads.includes(id) ? 'head' : 'owner',
      zone: i % 4 === 3 ? URALS : MOSCOW,
      away: absences(chances),
      quiet: i % 3 === 0 || id === 'head1' ? '22:00-08:00' : null,
    }),
  );
  const channels = Array.from({ length: 12 }, (_, i): ChannelTruth => {
    const owner = owners[i % owners.length] ?? '';
    const others = owners.filter((id) => id !== owner);
    const deputies = new Set(Array.from({ length: chances.between(1, 3) }, () => chances.pick(others)));
    return {
      id: `channel${i + 1}`,
      owner,
      deputies: [...deputies],
      head: heads[i % 2] ?? '',
      policy: POLICIES[i % POLICIES.length] ?? policy('default', {}),
      evenings: i % 4 === 1 ? [chances.pick(others), owner] : [],
      wholeSeconds: i % 3 !== 2,
      polledEvery: i % 4 === 2 ? 10 * SECOND : null,
      numbered: i % 6 === 0,
      watchedFrom: i === LATE_CHANNEL ? WATCHED.channel : WATCHED.company,
    };
  });
  return {
    people: new Map(people.map((person) => [person.id, person])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
  };
}

function absences(chances: Chances): { from: string; to: string }[] {
  return Array.from({ length: chances.between(1, 3) }, () => {
    const from = chances.between(1, 28);
    return { from: dayOf(from), to: dayOf(Math.min(30, from + chances.between(0, 6))) };
  });
}

const dayOf = (day: number) => `2026-11-${String(day).padStart(2, '0')}`;

/** The same company as its people would write it down: otklik.yaml. */
export function yamlOf({ people, channels }: CompanyTruth): string {
  const seconds = (duration: number) => `${duration / SECOND}s`;
  const inner = (value: object) => JSON.stringify(value);
  const policies = POLICIES.map((each) => {
    const { name, warn, breach, lease, afterHours, crossChannel, minCallSeconds, overload } = each;
    return `  ${name}: ${inner({
      warn: seconds(warn),
      breach: seconds(breach),
      take_lease: seconds(lease),
      after_hours: afterHours,
      cross_channel: crossChannel,
      counts_as_answer: { min_call: `${minCallSeconds}s` },
      ...(overload !== null && { overload }),
    })}`;
  });
  const persons = [...people.values()].map(({ id, role, zone, away, quiet }, i) =>
    inner({
      id,
      name: id,
      role,
      telegram: 1_000 + i,
      timezone: zone.name,
      away: away.map(({ from, to }) => `${from}..${to}`),
      ...(quiet !== null && { quiet }),
    }),
  );
  const places = [...channels.values()].map((channel) =>
    inner({
      id: channel.id,
      kind: 'webhook',
      owner: channel.owner,
      deputies: channel.deputies,
      head: channel.head,
      policy: channel.policy.name,
      secret: 'env:SECRET',
      ...(channel.watchedFrom !== WATCHED.company && {
        enforce_from: new Date(channel.watchedFrom).toISOString(),
      }),
      ...(channel.evenings.length > 0 && {
        duty: [{ who: channel.evenings, since: '2026-10-26', hours: { 'mon-sun': ['18:00-23:00'] } }],
      }),
    }),
  );
  return [
    'version: 1',
    'timezone: Europe/Moscow',
    'enforce_from: 2026-11-02',
    `calendar: ${inner({ hours: { 'mon-fri': WORKING }, days: Object.fromEntries(DAYS_OFF.map((day) => [day, 'off'])) })}`,
    'people:',
    ...persons.map((person) => `  - ${person}`),
    'policies:',
    ...policies,
    'channels:',
    ...places.map((place) => `  - ${place}`),
    'notify: { telegram: { token: env:TOKEN } }',
  ].join('\n');
}

/** Working time of the month and some days beyond, as spans in order: reckoned here by plain arithmetic. */
export function workingSpans(): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (let day = MONTH.from; day < MONTH.to + 7 * 24 * HOUR; day += 24 * HOUR) {
    const moscow = new Date(day + MOSCOW.hours * HOUR);
    const isOff = moscow.getUTCDay() === 0 || moscow.getUTCDay() === 6;
    if (isOff || DAYS_OFF.includes(moscow.toISOString().slice(0, 10))) continue;
    for (const hours of WORKING) {
      const [from = 0, to = 0] = hours.split('-').map((time) => day + Number(time.slice(0, 2)) * HOUR);
      spans.push({ from, to });
    }
  }
  return spans;
}
