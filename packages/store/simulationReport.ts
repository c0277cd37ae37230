import type { ReplaySpan, Rules, Tally } from '@otklik/domain';
import { simulateHistory } from './simulation.ts';
import type { Store } from './store.ts';

/** Names employees, never clients. */
export interface TallyReport {
  readonly waits: number;
  readonly answered: number;
  readonly breaches: number;
  /** Shares (0 to 1) of waits answered in time; null: no waits. */
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
    /** Between 22:00 and 08:00 in the person's zone. */
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

/** {@link simulateHistory} as a report. All tallies list the same people, in configured order. */
export async function simulationReport(
  store: Store,
  rules: { readonly current: Rules; readonly proposed: Rules },
  span: ReplaySpan,
  channels: readonly string[] | null,
): Promise<SimulationReport> {
  const { recorded, current, proposed } = await simulateHistory(store, rules, span, channels);
  const told = new Set([recorded, current, proposed].flatMap(({ people }) => [...people.keys()]));
  const known = [...rules.current.people.keys()].filter((id) => told.has(id));
  // People no longer configured come last.
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
