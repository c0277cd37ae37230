import { wallClock } from '../../../provider/times.ts';
import type { CdrRow, CelRow } from '../rows.ts';

/** `?` stands for a value. */
export type Run = (sql: string, values?: readonly unknown[]) => Promise<void>;

/** FreePBX: local times without zone, whole seconds, no index on linkedid. */
export const FREEPBX: Schema = {
  tables: [
    `create table cdr (
       calldate datetime not null default '1000-01-01 00:00:00', clid varchar(80) not null default '',
       src varchar(80) not null default '', dst varchar(80) not null default '', dcontext varchar(80) not null default '',
       channel varchar(80) not null default '', dstchannel varchar(80) not null default '',
       lastapp varchar(80) not null default '', lastdata varchar(80) not null default '',
       duration int not null default 0, billsec int not null default 0, disposition varchar(45) not null default '',
       amaflags int not null default 0, accountcode varchar(20) not null default '', uniqueid varchar(32) not null default '',
       userfield varchar(255) not null default '', did varchar(50) not null default '',
       recordingfile varchar(255) not null default '', cnum varchar(80) not null default '', cnam varchar(80) not null default '',
       outbound_cnum varchar(80) not null default '', outbound_cnam varchar(80) not null default '',
       dst_cnam varchar(80) not null default '', linkedid varchar(32) not null default '',
       peeraccount varchar(80) not null default '', sequence int not null default 0,
       key (calldate), key (dst), key (accountcode), key (uniqueid), key (did))`,
    `create table cel (
       id int not null auto_increment primary key, eventtype varchar(30) not null, eventtime datetime not null,
       cid_name varchar(80) not null default '', cid_num varchar(80) not null default '', exten varchar(80) not null default '',
       context varchar(80) not null default '', channame varchar(80) not null, appname varchar(80) not null default '',
       appdata varchar(255) not null default '', uniqueid varchar(32) not null, linkedid varchar(32) not null,
       peer varchar(80) not null default '', extra varchar(512) not null default '',
       key uniqueid_index (uniqueid), key linkedid_index (linkedid))`,
  ],
  start: 'calldate',
  cdr: [
    'channel',
    'dstchannel',
    'src',
    'cnum',
    'dst',
    'did',
    'dcontext',
    'lastapp',
    'disposition',
    'uniqueid',
    'linkedid',
    'duration',
    'billsec',
    'sequence',
  ],
  zoned: false,
};

/** `contrib/ast-db-manage` (cdr: start, answer, end) and cel_pgsql, with zones. */
export const CONTRIB: Schema = {
  tables: [
    `create table cdr (
       accountcode varchar(20), src varchar(80), dst varchar(80), dcontext varchar(80), clid varchar(80), channel varchar(80),
       dstchannel varchar(80), lastapp varchar(80), lastdata varchar(80), start timestamp, answer timestamp, "end" timestamp,
       duration integer, billsec integer, disposition varchar(45), amaflags varchar(45), userfield varchar(256),
       uniqueid varchar(150), linkedid varchar(150), peeraccount varchar(80), sequence integer)`,
    `create table cel (
       id serial, eventtype varchar(30) not null, eventtime timestamp with time zone not null, cid_name varchar(80),
       cid_num varchar(80), exten varchar(80), context varchar(80), channame varchar(80), appname varchar(80),
       uniqueid varchar(150), linkedid varchar(150), extra text)`,
  ],
  start: 'start',
  cdr: [
    'channel',
    'dstchannel',
    'src',
    'dst',
    'dcontext',
    'lastapp',
    'disposition',
    'uniqueid',
    'linkedid',
    'duration',
    'billsec',
    'sequence',
  ],
  zoned: true,
};

interface Schema {
  readonly tables: readonly string[];
  readonly start: string;
  readonly cdr: readonly (keyof CdrRow)[];
  /** Whether `cel.eventtime` has a zone. */
  readonly zoned: boolean;
}

/** Asterisk's side of the tables. */
export class AsteriskTables {
  readonly #run: Run;
  readonly #schema: Schema;
  readonly #timezone: string;

  private constructor(run: Run, schema: Schema, timezone: string) {
    this.#run = run;
    this.#schema = schema;
    this.#timezone = timezone;
  }

  static async create(run: Run, schema: Schema, timezone: string): Promise<AsteriskTables> {
    for (const table of schema.tables) await run(table);
    return new AsteriskTables(run, schema, timezone);
  }

  async write(cdr: readonly CdrRow[], cel: readonly Omit<CelRow, 'id'>[]): Promise<void> {
    const { start, cdr: columns, zoned } = this.#schema;
    await this.#insert(
      'cdr',
      [start, ...columns],
      cdr.map((row) => [wallClock(row.start, this.#timezone), ...columns.map((name) => row[name])]),
    );
    await this.#insert(
      'cel',
      ['eventtime', ...CEL],
      cel.map((row) => [
        zoned ? new Date(row.at).toISOString() : wallClock(row.at, this.#timezone),
        ...CEL.map((name) => row[name]),
      ]),
    );
  }

  async clear(): Promise<void> {
    for (const table of ['cdr', 'cel']) await this.#run(`delete from ${table}`);
  }

  async #insert(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<void> {
    if (rows.length === 0) return;
    const row = `(${columns.map(() => '?').join(', ')})`;
    await this.#run(
      `insert into ${table} (${columns.join(', ')}) values ${rows.map(() => row).join(', ')}`,
      rows.flat(),
    );
  }
}

const CEL = [
  'eventtype',
  'cid_num',
  'exten',
  'context',
  'channame',
  'appname',
  'uniqueid',
  'linkedid',
  'extra',
] as const;
