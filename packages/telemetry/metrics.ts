import { orAfter } from '@otklik/timing';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Dependencies } from './dependencies.ts';
import { oneAtATime } from './oneAtATime.ts';
import { ToldCounter, ToldHistogram } from './told.ts';

/** Of otklik_response_seconds. The database has the same: `response_edge` of the migration `counts`. */
export const RESPONSE_EDGES = [
  15, 30, 45, 60, 90, 120, 150, 180, 210, 240, 270, 300, 360, 420, 600, 900, 1800, 3600,
];
const CLOSING = ['channel', 'owner', 'outcome', 'within'] as const;

/** Longer than asking the dependencies takes, so that a missing one shows at once. */
const READ_WITHIN_MS = 1_500;

export type Metrics = ReturnType<typeof createMetrics>;

/** All metrics, by the names that dashboards and alerts rely on. Labels are ids of the config, never a client. */
export function createMetrics(version: string) {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter<L>({ name, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Gauge<L>({ name, help, labelNames, registers });
  const histogram = <L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ) => new Histogram<L>({ name, help, labelNames, buckets, registers });
  const toldCounter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new ToldCounter<L>({ name, help, labelNames, registers });
  /** Fill gauges just before they are read. */
  const collectors: (() => Promise<unknown>)[] = [];
  const dependencyUp = gauge('otklik_dependency_up', 'Whether what the process needs answers it', [
    'dependency',
  ]);
  gauge('otklik_build_info', 'The version that runs', ['version']).set({ version }, 1);
  return {
    /** `collect` runs before each reading. While it fails (`failed` is told) or hangs, the last values stay. */
    beforeReading: (collect: () => Promise<void>, failed: (error: unknown) => void) =>
      void collectors.push(oneAtATime(() => collect().catch(failed))),
    watch: (needs: Dependencies) =>
      void collectors.push(async () => {
        for (const [dependency, answers] of await needs.check())
          dependencyUp.set({ dependency }, answers ? 1 : 0);
      }),
    /** In the Prometheus text format, within two seconds whatever hangs. */
    read: async () => {
      await Promise.all(collectors.map((collect) => orAfter(READ_WITHIN_MS, collect(), undefined)));
      return registry.metrics();
    },
    eventsReceived: counter('otklik_events_received_total', 'Events taken from providers', [
      'channel',
      'kind',
      'side',
    ]),
    eventsRejected: counter('otklik_events_rejected_total', 'Requests refused', ['channel', 'reason']),
    missedByWebhook: counter(
      'otklik_events_unhinted_total',
      'Doings of clients that the provider’s list told of and its webhook did not',
      ['channel'],
    ),
    ingestLag: histogram(
      'otklik_event_ingest_lag_seconds',
      'From the provider time of an event to its receipt',
      ['channel'],
      [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600],
    ),
    deliveryLag: histogram(
      'otklik_delivery_lag_seconds',
      'From a client’s turn, by the provider’s clock, to its receipt; each turn once',
      ['channel'],
      [1, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 86_400],
    ),
    processing: histogram(
      'otklik_event_processing_seconds',
      'From the receipt of an event to its committed wait',
      [],
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30],
    ),
    waitsOpen: gauge('otklik_waits_open', 'Clients who wait now', ['channel', 'owner', 'stage']),
    waitsOfGone: gauge(
      'otklik_waits_of_gone_channels',
      'Clients who wait on a channel that otklik.yaml no longer names: their answers are not seen',
      ['channel'],
    ),
    oldestWait: gauge('otklik_oldest_wait_seconds', 'Age of the oldest open wait', ['channel', 'owner']),
    response: new ToldHistogram<'channel' | 'owner'>({
      name: 'otklik_response_seconds',
      help: 'From the opening of a wait to its answer',
      labelNames: ['channel', 'owner'],
      buckets: RESPONSE_EDGES,
      registers,
    }),
    waitsClosed: toldCounter('otklik_waits_closed_total', 'Waits that ended', CLOSING),
    waitsClosedCorrected: toldCounter(
      'otklik_waits_closed_corrected_total',
      'Ends of waits that later knowledge took back, as they had been counted',
      CLOSING,
    ),
    breaches: toldCounter('otklik_breaches_total', 'Waits that were not answered within the window', [
      'channel',
      'owner',
    ]),
    breachesCorrected: toldCounter(
      'otklik_breaches_corrected_total',
      'Breaches that later knowledge took back, as they had been counted',
      ['channel', 'owner'],
    ),
    waitsJudged: toldCounter(
      'otklik_waits_judged_total',
      'Waits that were answered in time (in_time) or ran past their window on the account of the company (late)',
      ['channel', 'owner', 'verdict'],
    ),
    waitsJudgedCorrected: toldCounter(
      'otklik_waits_judged_corrected_total',
      'Verdicts that later knowledge or an accepted dispute took back, as they had been counted',
      ['channel', 'owner', 'verdict'],
    ),
    stepLateness: histogram(
      'otklik_step_lateness_seconds',
      'From the moment when the clock could have fired a step to its firing',
      [],
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
    ),
    notices: counter('otklik_notices_total', 'Notices by what became of them', ['transport', 'outcome']),
    noticesRetrying: gauge(
      'otklik_notices_retrying',
      'Notices that were refused for now and are tried again',
      ['transport'],
    ),
    noticeDelivery: histogram(
      'otklik_notice_delivery_seconds',
      'From the due time of a notice to its hand-over',
      ['transport'],
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300],
    ),
    peopleUnreachable: gauge(
      'otklik_people_unreachable',
      'Whether nothing of theirs reaches a person: no transport, or each refuses them for good',
      ['person'],
    ),
    transportUp: gauge('otklik_transport_up', 'Whether a transport of pings takes us', ['transport']),
    waitsUnheard: gauge('otklik_waits_unheard', 'Clients who wait now and of whom nobody could be told', []),
    channelUp: gauge('otklik_channel_up', 'Whether the connection to a channel stands', ['channel']),
    channelSilent: gauge(
      'otklik_channel_silent',
      'Whether nothing has come for longer than the channel’s own rhythm explains',
      ['channel'],
    ),
    quarantined: gauge(
      'otklik_quarantined_bodies',
      'What is kept aside: not understood, or a sender whom nobody vouches for',
      ['channel'],
    ),
    channelLastEvent: gauge(
      'otklik_channel_last_event_timestamp_seconds',
      'When a channel was last heard of',
      ['channel'],
    ),
    queueJobs: gauge('otklik_queue_jobs', 'Jobs in a queue', ['queue', 'state']),
    spoolEvents: gauge('otklik_spool_events', 'Events on the local disk that wait for the queue', []),
    cadenceAttempts: counter('otklik_cadence_attempts_total', 'Attempts of the call-back cadence', [
      'day',
      'means',
      'outcome',
    ]),
  };
}
