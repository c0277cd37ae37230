/** An alert on promtool series, one value each five seconds: when it fires and ends. */
export interface AlertStory {
  readonly alert: string;
  readonly what: string;
  readonly series: Readonly<Record<string, string>>;
  /** Those that tell a person what is meant, as `{channel="site"}`. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly quietAt?: string;
  /** null: it must not fire. */
  readonly firesAt: string | null;
  /** null: it does not end. */
  readonly overAt: string | null;
}

/** A minute well, two ill, then well. */
const ill = (well: string, bad: string) => `${well}x12 ${bad}x24 ${well}x36`;
const site = { channel: 'site' };
const services = (engine: string) =>
  Object.fromEntries(
    ['ingest', 'notifier', 'board', 'engine'].map((service) => [
      `up{job="otklik", instance="${service}:9464", service="${service}"}`,
      service === 'engine' ? engine : '1x120',
    ]),
  );
const processed = (values: string) => ({
  'otklik_event_processing_seconds_count{instance="engine:9464"}': values,
});
const jobs = (state: string, values: string, instance = 'engine:9464') => ({
  [`otklik_queue_jobs{queue="events", state="${state}", instance="${instance}"}`]: values,
});
/** Clock steps, `late` of them by 0.8 s. */
const steps = (all: string, late: string) => ({
  'otklik_step_lateness_seconds_bucket{le="0.1"}': inTime(all, late),
  'otklik_step_lateness_seconds_bucket{le="0.5"}': inTime(all, late),
  'otklik_step_lateness_seconds_bucket{le="1"}': all,
  'otklik_step_lateness_seconds_bucket{le="+Inf"}': all,
  otklik_step_lateness_seconds_count: all,
});
/** All or none are late. */
const inTime = (all: string, late: string) => (late === all ? '0x400' : all);

export const STORIES: readonly AlertStory[] = [
  {
    alert: 'OtklikWatchdog',
    what: 'all is well',
    series: {},
    firesAt: '1m',
    overAt: null,
  },
  {
    alert: 'OtklikServiceDown',
    what: 'an engine dies and is started again',
    series: services(ill('1', '0')),
    labels: { service: 'engine' },
    quietAt: '1m',
    firesAt: '2m',
    overAt: '4m',
  },
  {
    alert: 'OtklikServiceMissing',
    what: 'no engine is left at all',
    series: services('1x12 stale _x35 1x36'),
    labels: { service: 'engine' },
    quietAt: '1m30s',
    firesAt: '3m',
    overAt: '5m',
  },
  {
    alert: 'OtklikDependencyMissing',
    what: 'PostgreSQL hangs for two minutes, as one of two processes sees it',
    series: {
      'otklik_dependency_up{dependency="postgres", instance="engine:9464"}': ill('1', '0'),
      'otklik_dependency_up{dependency="postgres", instance="board:9464"}': '1x120',
    },
    labels: { dependency: 'postgres' },
    quietAt: '1m',
    firesAt: '2m',
    overAt: '4m',
  },
  {
    alert: 'OtklikTransportClosed',
    what: 'the token of the bot that pings people is revoked and renewed',
    series: { 'otklik_transport_up{transport="telegram"}': ill('1', '0') },
    labels: { transport: 'telegram' },
    quietAt: '1m',
    firesAt: '2m',
    overAt: '4m',
  },
  {
    alert: 'OtklikPersonUnreachable',
    what: 'Anna blocks the bot, and lets it write again',
    series: {
      'otklik_people_unreachable{person="anna"}': '0x12 1x96 0x36',
      'otklik_people_unreachable{person="boris"}': '0x150',
      'otklik_transport_up{transport="telegram"}': '1x150',
    },
    labels: { person: 'anna' },
    quietAt: '5m',
    firesAt: '7m',
    overAt: '10m',
  },
  {
    alert: 'OtklikPersonUnreachable',
    what: 'a company is told by its own webhook alone',
    series: { 'otklik_people_unreachable{person="anna"}': '1x150' },
    firesAt: null,
    overAt: '10m',
  },
  {
    alert: 'OtklikNobodyTold',
    what: 'nobody could be told of two clients, until somebody can be reached again',
    series: { otklik_waits_unheard: ill('0', '2') },
    quietAt: '1m',
    firesAt: '2m',
    overAt: '4m',
  },
  {
    alert: 'OtklikChannelDown',
    what: 'a token is revoked and renewed',
    series: { 'otklik_channel_up{channel="site"}': ill('1', '0') },
    labels: site,
    quietAt: '1m30s',
    firesAt: '2m30s',
    overAt: '4m',
  },
  {
    alert: 'OtklikChannelGone',
    what: 'a channel with two open waits leaves otklik.yaml, and comes back after eight minutes',
    series: {
      'otklik_waits_of_gone_channels{channel="site", instance="engine:9464"}': '_x12 2x96 stale',
      'otklik_waits_of_gone_channels{channel="site", instance="engine-2:9464"}': '_x12 2x96 stale',
    },
    labels: site,
    quietAt: '5m',
    firesAt: '7m',
    overAt: '10m',
  },
  {
    alert: 'OtklikChannelGone',
    what: 'a slip of the editor that is mended within four minutes',
    series: { 'otklik_waits_of_gone_channels{channel="site"}': '_x12 2x48 stale' },
    firesAt: null,
    overAt: '9m',
  },
  {
    alert: 'OtklikWebhookSilent',
    what: 'the list finds what the webhook did not tell of',
    series: { 'otklik_events_unhinted_total{channel="site"}': '_x12 1x12 3x900' },
    labels: site,
    quietAt: '1m30s',
    firesAt: '3m',
    overAt: '70m',
  },
  {
    alert: 'OtklikChannelSilent',
    what: 'nobody writes where somebody always does',
    series: { 'otklik_channel_silent{channel="site"}': ill('0', '1') },
    labels: site,
    quietAt: '1m30s',
    firesAt: '2m30s',
    overAt: '4m',
  },
  {
    alert: 'OtklikChannelSilentForDays',
    what: 'the last event is three days old, then one comes',
    series: { 'otklik_channel_last_event_timestamp_seconds{channel="site"}': '-259300x144 720x24' },
    labels: site,
    quietAt: '9m',
    firesAt: '11m',
    overAt: '13m',
  },
  {
    alert: 'OtklikQueueStuck',
    what: 'jobs wait, and no engine takes them',
    series: { ...jobs('waiting', ill('0', '3')), ...processed('10x38 11+1x40') },
    labels: { queue: 'events' },
    quietAt: '1m',
    firesAt: '3m',
    overAt: '4m',
  },
  {
    alert: 'OtklikQueueStuck',
    what: 'the database hangs with all jobs in the hands of an engine',
    series: {
      ...jobs('waiting', '0x120'),
      ...jobs('active', ill('0', '40')),
      ...processed('10x38 50x40'),
    },
    labels: { queue: 'events' },
    quietAt: '1m',
    firesAt: '3m',
    overAt: '4m',
  },
  {
    alert: 'OtklikQueueStuck',
    what: 'every engine has died: ingest still tells of the queue',
    series: {
      ...jobs('waiting', ill('0', '7'), 'ingest:9464'),
      ...jobs('waiting', '0x12 stale', 'engine:9464'),
      ...processed('10x12 stale'),
    },
    labels: { queue: 'events' },
    quietAt: '1m',
    firesAt: '3m',
    overAt: '4m',
  },
  {
    alert: 'OtklikQueueStuck',
    what: 'a busy queue that is worked off',
    series: { ...jobs('waiting', '50x120'), ...jobs('active', '100x120'), ...processed('0+20x120') },
    firesAt: null,
    overAt: '9m',
  },
  {
    alert: 'OtklikQueueGrowing',
    what: 'one engine is not enough',
    series: jobs('waiting', '0x12 1500x36 0x24'),
    labels: { queue: 'events' },
    quietAt: '2m',
    firesAt: '3m30s',
    overAt: '5m',
  },
  {
    alert: 'OtklikJobsFailed',
    what: 'a job is refused, and taken care of',
    series: jobs('failed', ill('0', '1')),
    labels: { queue: 'events' },
    quietAt: '1m',
    firesAt: '1m30s',
    overAt: '4m',
  },
  {
    alert: 'OtklikClockLate',
    what: 'each step of a minute is 0.8 s late, then the clock keeps its time',
    series: steps('0x12 1+1x12 12x200', '0x12 1+1x12 12x200'),
    quietAt: '1m',
    firesAt: '3m',
    overAt: '14m',
  },
  {
    alert: 'OtklikClockLate',
    what: 'one step is 0.8 s late in a quiet hour',
    series: steps('0x12 1x200', '0x12 1x200'),
    firesAt: null,
    overAt: '3m',
  },
  {
    alert: 'OtklikClockLate',
    what: 'many steps, each in time',
    series: steps('0+3x200', 'none'),
    firesAt: null,
    overAt: '10m',
  },
  {
    alert: 'OtklikIngestLag',
    what: 'a provider delivers two minutes late for ten minutes',
    series: {
      'otklik_event_ingest_lag_seconds_bucket{channel="site", le="60"}': '0x500',
      'otklik_event_ingest_lag_seconds_bucket{channel="site", le="300"}': '0+1x120 120x380',
      'otklik_event_ingest_lag_seconds_bucket{channel="site", le="+Inf"}': '0+1x120 120x380',
    },
    labels: site,
    quietAt: '3m',
    firesAt: '8m',
    overAt: '30m',
  },
  {
    alert: 'OtklikNoticesFailed',
    what: 'a token is dead: the first notice fails for good',
    series: { 'otklik_notices_total{transport="telegram", outcome="failed"}': '_x12 1x240' },
    labels: { transport: 'telegram' },
    quietAt: '30s',
    firesAt: '2m',
    overAt: '15m',
  },
  {
    alert: 'OtklikNoticesRetried',
    what: 'Telegram is away with a single notice, whose tries grow rare, until it goes out',
    series: {
      'otklik_notices_total{transport="telegram", outcome="sent"}': '5x204 6x60',
      'otklik_notices_total{transport="telegram", outcome="retried"}':
        '_x12 1 2 2 3x3 4x6 5x12 6x25 7x50 8x95',
      'otklik_notices_retrying{transport="telegram"}': '0x12 1x192 0x60',
    },
    labels: { transport: 'telegram' },
    quietAt: '1m',
    firesAt: '16m',
    overAt: '17m30s',
  },
  {
    alert: 'OtklikNoticesRetried',
    what: 'it is heard within four minutes of the last that went out',
    series: {
      'otklik_notices_total{transport="telegram", outcome="sent"}': '0+1x12 12x80 13+1x40',
      'otklik_notices_retrying{transport="telegram"}': '0x12 1x80 0x40',
    },
    labels: { transport: 'telegram' },
    quietAt: '2m',
    firesAt: '5m',
    overAt: '8m30s',
  },
  {
    alert: 'OtklikNoticesRetried',
    what: 'one chat rests, the others get theirs',
    series: {
      'otklik_notices_total{transport="telegram", outcome="sent"}': '0+1x240',
      'otklik_notices_retrying{transport="telegram"}': '1x240',
    },
    firesAt: null,
    overAt: '10m',
  },
  {
    alert: 'OtklikSpoolNotEmpty',
    what: 'Redis is away for two minutes',
    series: { 'otklik_spool_events{instance="ingest:9464"}': ill('0', '7') },
    labels: { instance: 'ingest:9464' },
    quietAt: '1m30s',
    firesAt: '2m30s',
    overAt: '4m',
  },
  {
    alert: 'OtklikRequestsRejected',
    what: 'a sender has a wrong secret for two minutes',
    series: {
      'otklik_events_rejected_total{channel="site", reason="signature"}': '0x12 5+5x24 125x400',
    },
    labels: { channel: 'site', reason: 'signature' },
    quietAt: '1m',
    firesAt: '8m',
    overAt: '25m',
  },
];
