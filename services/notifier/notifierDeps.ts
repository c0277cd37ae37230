import type { Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import type { QueuePlace } from '@otklik/queue';
import type { ClockRules, LivePeople, RecordRules, Store } from '@otklik/store';
import type { Log, Metrics } from '@otklik/telemetry';

export interface NotifierDeps {
  config(): Config;
  /** For commands by button. */
  rules(): RecordRules & ClockRules;
  store: Store;
  people: Pick<LivePeople, 'refresh' | 'closed'>;
  queue: QueuePlace;
  metrics: Metrics;
  log: Log;
  now(): EpochMs;
  /** `mark` begins each line. */
  print(line: string): void;
  mark: string;
}
