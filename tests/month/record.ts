import pg from 'pg';

/** The tables at the end of the month, as the checker needs them. Milliseconds since 1970. */
export interface Record {
  readonly waits: readonly WaitRecord[];
  readonly steps: readonly StepRecord[];
  readonly notices: readonly NoticeRecord[];
  /** Waits taken by «Беру», from the audit log. */
  readonly takes: readonly string[];
}

export interface WaitRecord {
  readonly id: string;
  readonly channel: string;
  readonly thread: string;
  readonly owner: string;
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly warnedAt: number | null;
  readonly breachedAt: number | null;
  readonly voided: boolean;
  readonly history: boolean;
}

export interface StepRecord {
  readonly wait: string;
  readonly step: number;
  readonly dueAt: number;
  readonly firedAt: number;
  readonly lateReason: string | null;
  readonly skipped: boolean;
  readonly stage: string;
  readonly recipients: readonly string[];
}

/** One recipient told of a step of the chain (not of a hand-over). */
export interface NoticeRecord {
  readonly wait: string;
  readonly step: number;
  readonly recipient: string;
  readonly transport: string;
}

/** Reads the tables by its own SQL. */
export interface Tables extends AsyncDisposable {
  /** `renamed`: channels with a new id, reported by their first. */
  read(renamed: ReadonlyMap<string, string>): Promise<Record>;
  /** Nothing else tells the planner how the tables grow in a month of a minute. */
  analyze(): Promise<void>;
  /** The open wait of a thread, as on the board. */
  openWait(channel: string, thread: string): Promise<string | null>;
}

export async function openTables(url: string, schema: string): Promise<Tables> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  const rows = async <Row extends object>(text: string, values: string[] = []) =>
    (await client.query<Row>(text, values)).rows;
  const open = `
    select id from waits where channel = $1 and thread = $2 and closed_at is null and voided_at is null and not history`;
  return {
    analyze: async () =>
      void (await client.query('analyze events, waits, threads, clients, handles, steps, notices')),
    openWait: async (channel, thread) => (await rows<{ id: string }>(open, [channel, thread]))[0]?.id ?? null,
    read: async (renamed) => ({
      waits: (
        await rows<WaitRecord>(`
        select id, channel, thread, owner, ${ms('opened_at')} as "openedAt", ${ms('closed_at')} as "closedAt",
          ${ms('warned_at')} as "warnedAt", ${ms('breached_at')} as "breachedAt", voided_at is not null as voided, history
        from waits order by opened_at, id`)
      ).map((wait) => ({ ...wait, channel: firstId(wait.channel, renamed) })),
      steps: await rows<StepRecord>(`
        select wait_id as wait, step, ${ms('due_at')} as "dueAt", ${ms('fired_at')} as "firedAt",
          late_reason as "lateReason", skipped, stage, recipients
        from steps order by wait_id, step`),
      notices: await rows<NoticeRecord>(`
        select wait_id as wait, step, recipient, transport from notices
        where type = 'wait.step' and step is not null order by wait_id, step`),
      takes: (await rows<{ wait: string }>("select wait_id as wait from audit where action = 'take'")).map(
        ({ wait }) => wait,
      ),
    }),
    [Symbol.asyncDispose]: () => client.end(),
  };
}

const firstId = (id: string, renamed: ReadonlyMap<string, string>) =>
  [...renamed].find(([, now]) => now === id)?.[0] ?? id;

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::double precision`;
