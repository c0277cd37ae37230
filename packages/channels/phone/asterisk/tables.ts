import { DAY, type EpochMs, HOUR } from '@otklik/domain';
import type { LocalizedText } from '../../channel.ts';
import type { CallFact } from '../../provider/callFact.ts';
import { ProviderTrouble } from '../../provider/callProvider.ts';
import { localTime, wallClock } from '../../provider/times.ts';
import type { ListedCalls, OddRow } from '../readRows.ts';
import { type CdrRow, CEL_EVENTS, type CelRow, factsOfRows } from './rows.ts';
import { openSql, type Sql } from './sql.ts';

export interface ReadTables extends ListedCalls {
  readonly gaps: readonly LocalizedText[];
  /** CEL lacks needed kinds. */
  readonly isThin: boolean;
  /** The rows tell which of our numbers was dialled. */
  readonly isNumbered: boolean;
}

/** Rows are found by beginning, which is indexed. */
const LONGEST_CALL_MS = DAY;
/** The table is read in pieces, newest first. */
const PIECE_MS = 12 * HOUR;
const CALLS_A_PAGE = 200;
/** Bounds memory after a long outage. */
const MOST_CALLS = 50_000;
const MOST_ROWS = 50_000;

/** The calls that ended in a span. Only reads. */
export async function readTables(
  address: string,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  timezone: string,
  signal: AbortSignal,
  wasThin = false,
): Promise<ReadTables> {
  const url = new URL(address);
  const sql = await openSql(url, timezone, signal);
  try {
    return await new Tables(sql, url, timezone).read({ from, to }, wasThin);
  } finally {
    await sql.close();
  }
}

/** A missed call has neither an answer nor a bridge. */
const hasNeeded = (kinds: ReadonlySet<string>): boolean =>
  kinds.has('CHAN_START') && kinds.has('HANGUP') && (kinds.has('ANSWER') || kinds.has('BRIDGE_ENTER'));

class Tables {
  readonly #sql: Sql;
  readonly #cdr: string;
  readonly #cel: string;
  readonly #timezone: string;
  readonly #odd: OddRow[] = [];

  constructor(sql: Sql, { searchParams }: URL, timezone: string) {
    this.#sql = sql;
    this.#cdr = searchParams.get('cdr') ?? 'cdr';
    this.#cel = searchParams.get('cel') ?? 'cel';
    this.#timezone = timezone;
  }

  async read(span: { readonly from: EpochMs; readonly to: EpochMs }, wasThin: boolean): Promise<ReadTables> {
    const columns = await this.#sql.columns(this.#cdr);
    const start = ['calldate', 'start'].find((name) => columns.has(name));
    const missing = ['linkedid', 'uniqueid', 'duration'].find((name) => !columns.has(name));
    if (start === undefined || missing !== undefined) throw lacks(this.#cdr, missing ?? 'calldate');
    const [cel, celGap] = await this.#celColumns();
    const facts: CallFact[] = [];
    const kinds = new Set<string>();
    let [calls, exact, isTooMuch] = [0, 0, false];
    for await (const { ids, since } of this.#pages(start, span)) {
      const rows = Map.groupBy(await this.#cdrRows(start, columns, ids, since), ({ linkedid }) => linkedid);
      const events = Map.groupBy(await this.#celRows(cel, ids, since), ({ linkedid }) => linkedid);
      for (const id of ids) {
        const read = factsOfRows(id, rows.get(id) ?? [], events.get(id) ?? []);
        if (read === null) continue;
        for (const { eventtype } of events.get(id) ?? []) kinds.add(eventtype);
        if (read.isExact) exact += 1;
        facts.push(...read.facts);
      }
      calls += ids.length;
      isTooMuch = calls >= MOST_CALLS;
      if (isTooMuch) break;
    }
    const isThin = facts.length === 0 ? wasThin : exact === 0 && !hasNeeded(kinds);
    const gaps = [...(celGap ?? (isThin ? [CEL_IS_THIN] : [])), ...(isTooMuch ? [TOO_MUCH] : [])];
    return { facts, odd: this.#odd, gaps, isThin, isNumbered: columns.has('did') || cel.size > 0 };
  }

  /** Calls that ended in the span, latest beginning first. */
  async *#pages(start: string, { from, to }: { readonly from: EpochMs; readonly to: EpochMs }) {
    const ended = this.#sql.later(start, 'duration');
    // When clocks go back, later ends look earlier.
    const endedSince = wallClock(from - this.#putBack(from, to), this.#timezone);
    for (let until = to + DAY; until > from - LONGEST_CALL_MS; until -= PIECE_MS) {
      const since = until - PIECE_MS;
      const between = [since, until].map((at) => wallClock(at, this.#timezone));
      let last = '';
      while (true) {
        const rows = await this.#sql.rows(
          `select distinct linkedid from ${this.#cdr}
           where ${start} >= ? and ${start} < ? and ${ended} >= ? and linkedid > ?
           order by linkedid limit ${CALLS_A_PAGE}`,
          [...between, endedSince, last],
        );
        const ids = rows.map(({ linkedid = '' }) => linkedid);
        if (ids.length > 0) yield { ids, since: since - LONGEST_CALL_MS };
        if (ids.length < CALLS_A_PAGE) break;
        last = ids.at(-1) ?? '';
      }
    }
  }

  #putBack(from: EpochMs, to: EpochMs): number {
    const offset = (at: EpochMs): number =>
      Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.#timezone).offsetNanoseconds / 1e6;
    return Math.max(0, offset(from) - offset(to));
  }

  async #cdrRows(
    start: string,
    columns: ReadonlySet<string>,
    ids: readonly string[],
    since: EpochMs,
  ): Promise<CdrRow[]> {
    const wanted = [start, ...CDR_TEXTS, ...CDR_NUMBERS].filter((name) => columns.has(name));
    const rows = await this.#sql.rows(
      `select ${wanted.join(', ')} from ${this.#cdr}
       where ${start} >= ? and linkedid in (${ids.map(() => '?').join(', ')})
       order by ${start} limit ${MOST_ROWS}`,
      [wallClock(since, this.#timezone), ...ids],
    );
    return rows.flatMap((row) => {
      const at = this.#timeIn(this.#cdr, row, start);
      if (at === null) return [];
      const texts = Object.fromEntries(CDR_TEXTS.map((name) => [name, row[name] ?? ''])) as CdrTexts;
      const numbers = Object.fromEntries(
        CDR_NUMBERS.map((name) => [name, Math.max(0, Number(row[name]) || 0)]),
      ) as CdrNumbers;
      return [{ start: at, ...texts, ...numbers }];
    });
  }

  /** CEL is useful, not required. */
  async #celColumns(): Promise<[ReadonlySet<string>, LocalizedText[] | null]> {
    try {
      const columns = await this.#sql.columns(this.#cel);
      const isUsable = ['eventtype', 'eventtime', 'uniqueid', 'linkedid', 'channame'].every((name) =>
        columns.has(name),
      );
      return isUsable ? [columns, null] : [new Set(), [CEL_IS_THIN]];
    } catch (error) {
      if (!(error instanceof ProviderTrouble) || error.status !== 403) throw error;
      return [new Set(), [celUnread(error.said)]];
    }
  }

  async #celRows(columns: ReadonlySet<string>, ids: readonly string[], since: EpochMs): Promise<CelRow[]> {
    if (columns.size === 0) return [];
    const wanted = ['id', 'eventtime', 'eventextra', ...CEL_TEXTS].filter((name) => columns.has(name));
    const rows = await this.#sql.rows(
      `select ${wanted.join(', ')} from ${this.#cel}
       where eventtime >= ? and linkedid in (${ids.map(() => '?').join(', ')})
         and eventtype in (${CEL_EVENTS.map((name) => `'${name}'`).join(', ')})
       order by eventtime limit ${MOST_ROWS}`,
      [wallClock(since, this.#timezone), ...ids],
    );
    return rows.flatMap((row) => {
      const at = this.#timeIn(this.#cel, row, 'eventtime');
      if (at === null) return [];
      const texts = Object.fromEntries(CEL_TEXTS.map((name) => [name, row[name] ?? ''])) as CelTexts;
      const id = row.id === undefined ? null : Number(row.id);
      return [{ ...texts, at, id, extra: texts.extra || (row.eventextra ?? '') }];
    });
  }

  #timeIn(table: string, row: Readonly<Record<string, string | undefined>>, column: string): EpochMs | null {
    const at = this.#timeOf(row[column]);
    if (at === null)
      this.#odd.push({ row, reason: `the time in ${column} of a row of ${table} cannot be read` });
    return at;
  }

  /** `2026-11-23 10:00:00.123456` by the exchange's clock, fraction and zone (`+03`) optional. */
  #timeOf(text: string | undefined): EpochMs | null {
    const [, time = '', fraction = '', zone = ''] =
      /^(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d(?::?\d\d)?)?$/.exec(text ?? '') ?? [];
    const ms = Math.floor(Number(`0${fraction}`) * 1_000);
    if (zone === '') {
      const at = localTime(time, this.#timezone);
      return at === null ? null : at + ms;
    }
    const at = Date.parse(`${time.replace(' ', 'T')}${zone.length === 3 ? `${zone}:00` : zone}`);
    return Number.isNaN(at) ? null : at + ms;
  }
}

const CDR_TEXTS = [
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
] as const;
const CDR_NUMBERS = ['duration', 'billsec', 'sequence'] as const;
const CEL_TEXTS = [
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
type CdrTexts = Record<(typeof CDR_TEXTS)[number], string>;
type CdrNumbers = Record<(typeof CDR_NUMBERS)[number], number>;
type CelTexts = Record<(typeof CEL_TEXTS)[number], string>;

const lacks = (table: string, column: string): ProviderTrouble =>
  new ProviderTrouble(
    {
      ru: `в таблице ${table} нет столбца ${column}, без него строки одного звонка не собрать: добавьте его (docs/channels/phone/asterisk.md)`,
      en: `the table ${table} has no column ${column}, without which the rows of one call cannot be put together: add it (docs/channels/phone/asterisk.md)`,
    },
    { status: 403 },
  );

const INEXACT: LocalizedText = {
  ru: 'у звонков, что пришли без связи с AMI, секунда ответа после голосового меню или очереди неточная: ответом считается ответ меню',
  en: 'of calls that came while there was no AMI, the second of an answer after a voice menu or a queue is not exact: it is the menu’s answer',
};
const celUnread = ({ ru, en }: LocalizedText): LocalizedText => ({
  ru: `${ru}. Пока ${INEXACT.ru}`,
  en: `${en}. Meanwhile, ${INEXACT.en}`,
});
const CEL_IS_THIN: LocalizedText = {
  ru: `в таблице cel нет нужных событий: включите CHAN_START, PICKUP, ANSWER, BRIDGE_ENTER, BRIDGE_EXIT, HANGUP в cel.conf. Пока ${INEXACT.ru}`,
  en: `the table cel lacks the events that are needed: switch on CHAN_START, PICKUP, ANSWER, BRIDGE_ENTER, BRIDGE_EXIT, HANGUP in cel.conf. Meanwhile, ${INEXACT.en}`,
};
const TOO_MUCH: LocalizedText = {
  ru: `за время без связи прошло больше ${MOST_CALLS} звонков: самые старые не прочитаны`,
  en: `more than ${MOST_CALLS} calls went by while nobody looked: the oldest were not read`,
};
