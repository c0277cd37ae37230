import type { Chances } from './random.ts';
import {
  type ChannelTruth,
  type Edition,
  HOUR,
  MINUTE,
  type PersonTruth,
  type PolicyTruth,
  SECOND,
} from './truth.ts';

/** November 2026 in Moscow, without summer time. */
export const MONTH = {
  from: Date.parse('2026-11-01T00:00:00+03:00'),
  to: Date.parse('2026-12-01T00:00:00+03:00'),
};
/** Earlier words are history. */
const WATCHED = {
  company: Date.parse('2026-11-02T00:00:00+03:00'),
  channel: Date.parse('2026-11-05T12:30:00+03:00'),
};
const LATE_CHANNEL = 6;
const DAYS_OFF = ['2026-11-04', '2026-11-20'];
/** On weekdays, in Moscow. */
const WORKING = ['09:00-13:00', '14:00-18:00'];

const MOSCOW = { name: 'Europe/Moscow', hours: 3 };
const URALS = { name: 'Asia/Yekaterinburg', hours: 5 };

/** Clause S4. */
const chain = (warn: number, breach: number) => [
  warn,
  breach,
  2 * breach,
  5 * breach,
  8 * breach,
  11 * breach,
];

const policy = (name: string, said: Omit<Partial<PolicyTruth>, 'steps'>): PolicyTruth => {
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

/** Ten owners, two heads, twelve channels: all kinds of policy; random absences, rotas and quiet hours. */
export function companyBy(chances: Chances): Edition {
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
      gone: false,
      watchedFrom: i === LATE_CHANNEL ? WATCHED.channel : WATCHED.company,
    };
  });
  return {
    since: Number.NEGATIVE_INFINITY,
    policies: POLICIES,
    renamed: new Map(),
    people: new Map(people.map((person) => [person.id, person])),
    channels: new Map(channels.map((channel) => [channel.id, channel])),
  };
}

interface Edit {
  readonly at: string;
  readonly policies?: Readonly<Record<string, Omit<Partial<PolicyTruth>, 'steps'>>>;
  /** Who leaves and who takes over. */
  readonly leaves?: readonly [string, string];
  readonly gone?: readonly string[];
  readonly renamed?: readonly [string, string];
}

/** The month's edits. A gone channel is back with the next one. */
const EDITS: readonly Edit[] = [
  {
    at: '2026-11-10T11:30:00.007+03:00',
    policies: {
      default: { warn: 4 * MINUTE, breach: 8 * MINUTE },
      front: { warn: 2 * MINUTE, breach: 3 * MINUTE, afterHours: 'same', overload: null },
    },
    gone: ['channel8'],
  },
  { at: '2026-11-10T12:10:00.007+03:00' },
  {
    at: '2026-11-17T15:00:00.007+03:00',
    policies: {
      default: { warn: 3 * MINUTE, breach: 5 * MINUTE },
      line: { warn: 2 * MINUTE, breach: 4 * MINUTE },
    },
    leaves: ['owner2', 'owner5'],
    renamed: ['channel1', 'first'],
  },
  {
    at: '2026-11-26T16:10:00.007+03:00',
    policies: { night: { afterHours: 'same' }, default: { warn: 2 * MINUTE, breach: 4 * MINUTE } },
  },
];

/** The company after each edit. */
export function editionsOf(first: Edition): readonly [Edition, ...Edition[]] {
  const editions: [Edition, ...Edition[]] = [first];
  for (const edit of EDITS) editions.push(edited(editions.at(-1) ?? first, edit));
  return editions;
}

function edited(before: Edition, { at, policies = {}, leaves, gone = [], renamed }: Edit): Edition {
  const after = before.policies.map((each) => {
    const said = policies[each.name];
    if (!said) return each;
    const { steps: _, ...same } = each;
    return policy(each.name, { ...same, ...said });
  });
  const [leaver, heir] = leaves ?? [];
  const without = (people: readonly string[]) => [
    ...new Set(people.map((id) => (id === leaver && heir ? heir : id))),
  ];
  const channels = [...before.channels.values()].map((channel): ChannelTruth => {
    if (gone.includes(channel.id)) return { ...channel, gone: true };
    const [owner = channel.owner] = without([channel.owner]);
    return {
      ...channel,
      gone: false,
      policy: after.find(({ name }) => name === channel.policy.name) ?? channel.policy,
      owner,
      deputies: without(channel.deputies).filter((id) => id !== owner),
      evenings: without(channel.evenings),
    };
  });
  return {
    since: Date.parse(at),
    policies: after,
    renamed: new Map([...before.renamed, ...(renamed ? [renamed] : [])]),
    people: new Map([...before.people].filter(([id]) => id !== leaver)),
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

/** As otklik.yaml. */
export function yamlOf({ people, channels, policies: given, renamed }: Edition): string {
  const seconds = (duration: number) => `${duration / SECOND}s`;
  const inner = (value: object) => JSON.stringify(value);
  const policies = given.map((each) => {
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
  const persons = [...people.values()].map(({ id, role, zone, away, quiet }) =>
    inner({
      id,
      name: id,
      role,
      telegram: 1_000 + Number(id.replace(/\D/g, '')) + (role === 'head' ? 100 : 0),
      timezone: zone.name,
      away: away.map(({ from, to }) => `${from}..${to}`),
      ...(quiet !== null && { quiet }),
    }),
  );
  const standing = [...channels.values()].filter(({ gone }) => !gone);
  const places = standing.map((channel) =>
    inner({
      ...namesOf(channel.id, renamed),
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

function namesOf(id: string, renamed: Edition['renamed']) {
  const now = renamed.get(id);
  return now === undefined ? { id } : { id: now, formerly: [id] };
}

/** Working time of the month and some days more, by plain arithmetic. */
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
