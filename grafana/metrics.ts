/** A promised metric. Labels are ids of the config, never a client. */
export interface Metric {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

/** All that dashboards and alerts may name; services must offer exactly these. */
export const metrics: Readonly<Record<string, Metric>> = {
  otklik_events_received_total: { type: 'counter', labels: ['channel', 'kind', 'side'] },
  otklik_events_rejected_total: { type: 'counter', labels: ['channel', 'reason'] },
  otklik_events_unhinted_total: { type: 'counter', labels: ['channel'] },
  otklik_event_ingest_lag_seconds: { type: 'histogram', labels: ['channel'] },
  otklik_event_processing_seconds: { type: 'histogram', labels: [] },
  otklik_waits_open: { type: 'gauge', labels: ['channel', 'owner', 'stage'] },
  otklik_oldest_wait_seconds: { type: 'gauge', labels: ['channel', 'owner'] },
  otklik_waits_of_gone_channels: { type: 'gauge', labels: ['channel'] },
  otklik_quarantined_bodies: { type: 'gauge', labels: ['channel'] },
  otklik_response_seconds: { type: 'histogram', labels: ['channel', 'owner'] },
  otklik_waits_closed_total: { type: 'counter', labels: ['channel', 'owner', 'outcome', 'within'] },
  otklik_waits_closed_corrected_total: { type: 'counter', labels: ['channel', 'owner', 'outcome', 'within'] },
  otklik_breaches_total: { type: 'counter', labels: ['channel', 'owner'] },
  otklik_breaches_corrected_total: { type: 'counter', labels: ['channel', 'owner'] },
  otklik_waits_judged_total: { type: 'counter', labels: ['channel', 'owner', 'verdict'] },
  otklik_waits_judged_corrected_total: { type: 'counter', labels: ['channel', 'owner', 'verdict'] },
  otklik_delivery_lag_seconds: { type: 'histogram', labels: ['channel'] },
  otklik_step_lateness_seconds: { type: 'histogram', labels: [] },
  otklik_notices_total: { type: 'counter', labels: ['transport', 'outcome'] },
  otklik_notices_retrying: { type: 'gauge', labels: ['transport'] },
  otklik_notice_delivery_seconds: { type: 'histogram', labels: ['transport'] },
  otklik_people_unreachable: { type: 'gauge', labels: ['person'] },
  otklik_transport_up: { type: 'gauge', labels: ['transport'] },
  otklik_waits_unheard: { type: 'gauge', labels: [] },
  otklik_channel_silent: { type: 'gauge', labels: ['channel'] },
  otklik_channel_up: { type: 'gauge', labels: ['channel'] },
  otklik_channel_last_event_timestamp_seconds: { type: 'gauge', labels: ['channel'] },
  otklik_queue_jobs: { type: 'gauge', labels: ['queue', 'state'] },
  otklik_spool_events: { type: 'gauge', labels: [] },
  otklik_cadence_attempts_total: { type: 'counter', labels: ['day', 'means', 'outcome'] },
  otklik_dependency_up: { type: 'gauge', labels: ['dependency'] },
  otklik_build_info: { type: 'gauge', labels: ['version'] },
};
