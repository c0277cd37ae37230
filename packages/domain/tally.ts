import type { PeopleById } from './people.ts';
import type { Replayed } from './simulate.ts';
import type { EpochMs } from './time.ts';

/** Recorded or replayed waits in numbers that name no client. */
export interface Tally {
  readonly waits: number;
  /** By a person, or the client reached us. */
  readonly answered: number;
  readonly breaches: number;
  /** Of those judged at that mark (`verdictOf`); null: none. */
  readonly withinWarn: number | null;
  readonly withinBreach: number | null;
  readonly steps: number;
  readonly pings: number;
  /** Held back by quiet hours, so no pings. */
  readonly held: number;
  readonly people: ReadonlyMap<string, PersonTally>;
  readonly channels: ReadonlyMap<string, ChannelTally>;
}

export interface PersonTally {
  readonly pings: number;
  readonly held: number;
  /** Pings between 22:00 and 08:00 of their own time zone. */
  readonly night: number;
}

export interface ChannelTally {
  readonly waits: number;
  readonly breaches: number;
  readonly withinBreach: number | null;
}

/** One channel, before shares. */
export interface ChannelCounts {
  readonly waits: number;
  readonly answered: number;
  readonly breached: number;
  /** Up to `warn` and past it, up to `breach` and late. */
  readonly inWarn: number;
  readonly pastWarn: number;
  readonly inTime: number;
  readonly late: number;
  readonly steps: number;
}

/** Notices of one person at about one moment. */
export interface ToldCount {
  readonly person: string;
  readonly at: EpochMs;
  readonly held: boolean;
  readonly times: number;
}

/** Adds up counts, in any order and portions. */
export class Counting {
  readonly #channels: Map<string, ChannelCounts>;
  readonly #told = new Map<string, PersonTally>();
  readonly #people: PeopleById;

  /** Only these channels count. */
  constructor(channels: readonly string[], people: PeopleById) {
    this.#channels = new Map(channels.map((id) => [id, NOTHING]));
    this.#people = people;
  }

  addReplayed({ wait, answered, breached, byWarn, verdict, steps, told }: Replayed): void {
    if (!this.#channels.has(wait.channel)) return;
    this.addChannel(wait.channel, {
      waits: 1,
      answered: one(answered),
      breached: one(breached),
      inWarn: one(byWarn === 'in_time'),
      pastWarn: one(byWarn === 'late'),
      inTime: one(verdict === 'in_time'),
      late: one(verdict === 'late'),
      steps,
    });
    for (const each of told) this.addTold({ ...each, times: 1 });
  }

  addChannel(channel: string, more: ChannelCounts): void {
    const counts = this.#channels.get(channel);
    if (counts) this.#channels.set(channel, sum([counts, more]));
  }

  addTold({ person, at, held, times }: ToldCount): void {
    const was = this.#told.get(person) ?? { pings: 0, held: 0, night: 0 };
    const atNight = !held && isNight(at, this.#people.get(person)?.timezone ?? 'UTC');
    this.#told.set(person, {
      pings: was.pings + (held ? 0 : times),
      held: was.held + (held ? times : 0),
      night: was.night + (atNight ? times : 0),
    });
  }

  tally(): Tally {
    const all = sum([...this.#channels.values()]);
    const people = [...this.#told.values()];
    return {
      waits: all.waits,
      answered: all.answered,
      breaches: all.breached,
      withinWarn: share(all.inWarn, all.pastWarn),
      withinBreach: share(all.inTime, all.late),
      steps: all.steps,
      pings: people.reduce((total, { pings }) => total + pings, 0),
      held: people.reduce((total, { held }) => total + held, 0),
      people: this.#told,
      channels: new Map(
        [...this.#channels].map(([id, { waits, breached, inTime, late }]) => [
          id,
          { waits, breaches: breached, withinBreach: share(inTime, late) },
        ]),
      ),
    };
  }
}

const NOTHING: ChannelCounts = {
  waits: 0,
  answered: 0,
  breached: 0,
  inWarn: 0,
  pastWarn: 0,
  inTime: 0,
  late: 0,
  steps: 0,
};

const sum = (counts: readonly ChannelCounts[]): ChannelCounts =>
  counts.reduce(
    (a, b) => ({
      waits: a.waits + b.waits,
      answered: a.answered + b.answered,
      breached: a.breached + b.breached,
      inWarn: a.inWarn + b.inWarn,
      pastWarn: a.pastWarn + b.pastWarn,
      inTime: a.inTime + b.inTime,
      late: a.late + b.late,
      steps: a.steps + b.steps,
    }),
    NOTHING,
  );

const one = (is: boolean): number => (is ? 1 : 0);
const share = (inTime: number, late: number): number | null =>
  inTime + late === 0 ? null : inTime / (inTime + late);

const NIGHT = { from: 22, to: 8 };

/** Between 22:00 and 08:00 in that time zone. */
export function isNight(at: EpochMs, timezone: string): boolean {
  const { hour } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timezone);
  return hour >= NIGHT.from || hour < NIGHT.to;
}
