import type { ReplaySpan, Rules, Tally } from '@otklik/domain';
import { simulateHistory } from './simulation.ts';
import type { Store } from './store.ts';

/** A tally as people and scripts read it: names of ours beside their ids, none of a client's. */
export interface TallyReport {
  readonly waits: number;
  readonly answered: number;
  readonly breaches: number;
  /** Shares from 0 to 1 of the waits that were answered in time or passed the mark; null when there are none. */
  readonly within_warn: number | null;
  readonly within_breach: number | null;
  readonly steps: number;
  readonly pings: number;
  readonly held: number;
  readonly people: {
    readonly person: string;
    readonly name: string;
    readonly pings: number;
    readonly held: number;
    /** Of the pings, those between 22:00 and 08:00 of their own time zone. */
    readonly night: number;
  }[];
  readonly channels: {
    readonly channel: string;
    readonly waits: number;
    readonly breaches: number;
    readonly within_breach: number | null;
  }[];
}

export interface SimulationReport {
  readonly recorded: TallyReport;
  readonly current: TallyReport;
  readonly proposed: TallyReport;
}

/** {@link simulateHistory}, told: whoever stands in one of the three tallies stands in each, in the order of the configuration. */
export async function simulationReport(
  store: Store,
  rules: { readonly current: Rules; readonly proposed: Rules },
  span: ReplaySpan,
  channels: readonly string[] | null,
): Promise<SimulationReport> {
  const { recorded, current, proposed } = await simulateHistory(store, rules, span, channels);
  const told = new Set([recorded, current, proposed].flatMap(({ people }) => [...people.keys()]));
  const known = [...rules.current.people.keys()].filter((id) => told.has(id));
  // People of the record who are no longer configured come last.
  const people = [...new Set([...known, ...told])].map((id) => ({
    id,
    name: rules.current.people.get(id)?.name ?? id,
  }));
  return {
    recorded: report(recorded, people),
    current: report(current, people),
    proposed: report(proposed, people),
  };
}

const report = (tally: Tally, people: readonly { id: string; name: string }[]): TallyReport => ({
  waits: tally.waits,
  answered: tally.answered,
  breaches: tally.breaches,
  within_warn: tally.withinWarn,
  within_breach: tally.withinBreach,
  steps: tally.steps,
  pings: tally.pings,
  held: tally.held,
  people: people.map(({ id, name }) => ({
    person: id,
    name,
    ...(tally.people.get(id) ?? { pings: 0, held: 0, night: 0 }),
  })),
  channels: [...tally.channels].map(([channel, { waits, breaches, withinBreach }]) => ({
    channel,
    waits,
    breaches,
    within_breach: withinBreach,
  })),
});
