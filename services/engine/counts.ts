import type { Config } from '@otklik/config';
import { SECOND } from '@otklik/domain';
import { foldWaitCounts, type Store, type WaitCount, waitCounts } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';
import { type Loop, startLoop } from '@otklik/timing';

/** Exports the database's counts, the same in every engine. */
export async function tellCounts(store: Store, config: Config, metrics: Metrics): Promise<void> {
  const counts = await waitCounts(store);
  startAtZero(config, metrics);
  for (const { what, corrected, channel, owner, within, waits } of counts) {
    const whose = { channel, owner };
    if (what === 'breach') (corrected ? metrics.breachesCorrected : metrics.breaches).tell(whose, waits);
    else if (what === 'verdict')
      (corrected ? metrics.waitsJudgedCorrected : metrics.waitsJudged).tell(
        { ...whose, verdict: within },
        waits,
      );
  }
  const closings = counts.filter(({ what }) => what === 'closing');
  const byEnd = Map.groupBy(closings, ({ corrected, channel, owner, outcome, within }) =>
    JSON.stringify([corrected, channel, owner, outcome, within]),
  );
  for (const [first, ...more] of byEnd.values()) {
    if (!first) continue;
    const { corrected, channel, owner, outcome, within } = first;
    (corrected ? metrics.waitsClosedCorrected : metrics.waitsClosed).tell(
      { channel, owner, outcome, within },
      more.reduce((sum, { waits }) => sum + waits, first.waits),
    );
  }
  const answers = closings.filter((each) => !each.corrected && ANSWERED.has(each.outcome));
  for (const buckets of Map.groupBy(answers, whoseOf).values()) {
    const [first] = buckets;
    if (first) metrics.response.tell({ channel: first.channel, owner: first.owner }, buckets.map(bucketOf));
  }
}

const ANSWERED: ReadonlySet<string> = new Set(['answered', 'self_served']);
const whoseOf = ({ channel, owner }: WaitCount): string => `${channel}\n${owner}`;
const bucketOf = ({ le, waits, seconds }: WaitCount) => ({ le, count: waits, sum: seconds });

/**
 * Prometheus sees no increase in a series' first sample, so each starts at zero. Once the database has answered: a zero
 * for an unknown value would look like a reset.
 */
function startAtZero({ channels }: Config, metrics: Metrics): void {
  for (const { id: channel, owner: first, deputies, head } of channels.values()) {
    for (const owner of new Set([first, ...deputies, ...(head === null ? [] : [head])])) {
      const whose = { channel, owner };
      metrics.breaches.tell(whose, 0);
      metrics.breachesCorrected.tell(whose, 0);
      for (const verdict of ['in_time', 'late']) {
        metrics.waitsJudged.tell({ ...whose, verdict }, 0);
        metrics.waitsJudgedCorrected.tell({ ...whose, verdict }, 0);
      }
      for (const outcome of ['answered', 'attempted'])
        for (const within of ['warn', 'breach', 'late'])
          metrics.waitsClosed.tell({ ...whose, outcome, within }, 0);
      metrics.response.tell(whose, []);
    }
  }
}

const FOLD_EVERY_MS = 10 * SECOND;

/** Keeps reading the counts fast. */
export const foldCounts = ({ store, log }: { store: Store; log: Log }): Pick<Loop, 'close'> =>
  startLoop(() => foldWaitCounts(store), {
    everyMs: FOLD_EVERY_MS,
    waitsFirst: true,
    failed: (error) => log.warn({ err: error }, 'the counts of waits could not be folded; it is tried again'),
  });
