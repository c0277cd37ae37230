import { type CadenceLook, fireCadences, type Store } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';

type Rules = Parameters<typeof fireCadences>[1];

/** Makes what is due of the call-back plans beside the clock: no step waits for them. */
export interface Cadences {
  /** Begins, unless the last round is still under way. */
  fire(rules: Rules, look: CadenceLook): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createCadences({
  store,
  log,
  metrics,
}: {
  readonly store: Store;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'cadenceAttempts'>;
}): Cadences {
  const failed = (error: unknown) =>
    log.error({ err: error }, 'a call-back plan could not go on; it is tried again');
  let under: Promise<void> | null = null;
  const round = async (rules: Rules, look: CadenceLook): Promise<void> => {
    for (const { day, do: means, outcome } of await fireCadences(store, rules, look, failed))
      metrics.cadenceAttempts.inc({ day: String(day), means, outcome: outcome ?? 'asked' });
  };
  return {
    fire: (rules, look) => {
      if (rules.cadence === null) return;
      under ??= round(rules, look)
        .catch(failed)
        .finally(() => {
          under = null;
        });
    },
    idle: async () => {
      await under;
    },
  };
}
