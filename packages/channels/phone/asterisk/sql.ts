import { SECOND } from '@otklik/domain';
import pg from 'pg';
import type { LocalizedText } from '../../channel.ts';
import { ProviderTrouble } from '../../provider/callProvider.ts';

/** Read-only. Values are text as the server writes it, so times keep its clock; null is ''. */
export interface Sql {
  /** `?` stands for a value. Rejects with {@link ProviderTrouble}. */
  rows(query: string, values: readonly string[]): Promise<Readonly<Record<string, string>>[]>;
  /** In lower case. */
  columns(table: string): Promise<ReadonlySet<string>>;
  /** SQL for `seconds` after `time`, both columns. */
  later(time: string, seconds: string): string;
  close(): Promise<void>;
}

const CONNECT_MS = 10 * SECOND;
const QUERY_MS = 20 * SECOND;

/**
 * @param timezone of the exchange: PostgreSQL may store times with a zone.
 * @param signal closes the connection.
 */
export async function openSql(url: URL, timezone: string, signal: AbortSignal): Promise<Sql> {
  return /^postgres/.test(url.protocol) ? openPostgres(url, timezone, signal) : openMysql(url, signal);
}

async function openMysql(url: URL, signal: AbortSignal): Promise<Sql> {
  // Loaded on demand: few need it, and it costs an eighth of a second.
  const { createConnection } = await import('mysql2');
  const link = createConnection({
    host: hostOf(url),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: databaseOf(url),
    connectTimeout: CONNECT_MS,
    dateStrings: true,
    typeCast: (field) => field.string(),
  });
  // The query under way reports it.
  link.on('error', () => undefined);
  // A timed-out query leaves the connection unusable, so no QUIT is sent.
  const close = async (): Promise<void> => link.destroy();
  const connection = link.promise();
  const ask = asking({ url, signal, close });
  await ask('', () => connection.connect());
  const query = (table: string, sql: string, values: readonly string[]) =>
    ask(table, () => connection.query({ sql, values: [...values], timeout: QUERY_MS }));
  return {
    rows: async (sql, values) => {
      const [rows] = await query(tableIn(sql), sql, values);
      return Array.isArray(rows) ? rows.map(textsOf) : [];
    },
    columns: async (table) => {
      const [, fields] = await query(table, `select * from ${table} limit 0`, []);
      return new Set(fields.map(({ name }) => name.toLowerCase()));
    },
    later: (time, seconds) => `timestampadd(second, ${seconds}, ${time})`,
    close,
  };
}

async function openPostgres(url: URL, timezone: string, signal: AbortSignal): Promise<Sql> {
  const client = new pg.Client({
    host: hostOf(url),
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: databaseOf(url),
    ssl: url.searchParams.get('sslmode') === 'require' ? { rejectUnauthorized: false } : false,
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: QUERY_MS,
    statement_timeout: QUERY_MS,
    options: `-c default_transaction_read_only=on -c TimeZone=${timezone}`,
    types: { getTypeParser: () => (text: string) => text },
  });
  client.on('error', () => undefined);
  const close = async (): Promise<void> => void client.end().catch(() => undefined);
  const ask = asking({ url, signal, close });
  await ask('', () => client.connect());
  const query = (table: string, sql: string, values: readonly string[]) =>
    ask(table, () => client.query(numbered(sql), [...values]));
  return {
    rows: async (sql, values) => (await query(tableIn(sql), sql, values)).rows.map(textsOf),
    columns: async (table) => {
      const { fields } = await query(table, `select * from ${table} limit 0`, []);
      return new Set(fields.map(({ name }) => name.toLowerCase()));
    },
    later: (time, seconds) => `${time} + ${seconds} * interval '1 second'`,
    close,
  };
}

/** `?` to `$1`, `$2`, …. */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${++count}`);
}

const textsOf = (row: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(row ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      value === null ? '' : String(value),
    ]),
  );

const tableIn = (sql: string): string => /\sfrom\s+(\S+)/i.exec(sql)?.[1] ?? '';
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');
const databaseOf = ({ pathname }: URL): string => decodeURIComponent(pathname.slice(1));

/**
 * Rejects with words for people, never the server's own, which may hold a password or a client's number. A failure
 * closes the connection.
 */
function asking({
  url,
  signal,
  close,
}: {
  readonly url: URL;
  readonly signal: AbortSignal;
  readonly close: () => Promise<void>;
}) {
  return async <T>(table: string, ask: () => Promise<T>): Promise<T> => {
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const stop = (): void => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([ask(), stopped]);
    } catch (error) {
      if (signal.aborted || table === '') await close();
      if (signal.aborted) throw error;
      const { said, isRefusal } = troubleOf(codeOf(error), url, table);
      throw new ProviderTrouble(said, { status: isRefusal ? 403 : null });
    } finally {
      signal.removeEventListener('abort', stop);
    }
  };
}

const codeOf = (error: unknown): string => {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : 'network';
};

/** Codes of MariaDB and MySQL, SQLSTATE of PostgreSQL. */
function troubleOf(code: string, url: URL, table: string): { said: LocalizedText; isRefusal: boolean } {
  const [user, base, place] = [decodeURIComponent(url.username), databaseOf(url), url.host];
  const refused = (said: LocalizedText) => ({ said, isRefusal: true });
  switch (code) {
    case 'ER_ACCESS_DENIED_ERROR':
    case 'ER_ACCESS_DENIED_NO_PASSWORD_ERROR':
    case '28P01':
    case '28000':
      return refused({
        ru: `база ${place} не принимает имя или пароль из cdr: проверьте их и то, что пользователю ${user} разрешён вход с адреса Отклика`,
        en: `the database at ${place} does not take the user or the password of cdr: check them, and that ${user} may log in from Otklik's address`,
      });
    case 'ER_HOST_NOT_PRIVILEGED':
    case 'ER_HOST_IS_BLOCKED':
      return refused({
        ru: `база ${place} не пускает с адреса Отклика: заведите пользователя ${user} для этого адреса`,
        en: `the database at ${place} lets nobody in from Otklik's address: create the user ${user} for that address`,
      });
    case 'ER_DBACCESS_DENIED_ERROR':
    case 'ER_TABLEACCESS_DENIED_ERROR':
    case 'ER_COLUMNACCESS_DENIED_ERROR':
    case '42501':
      return refused({
        ru: `пользователю ${user} нельзя читать ${table || base}: выполните  GRANT SELECT`,
        en: `${user} may not read ${table || base}: run  GRANT SELECT`,
      });
    case 'ER_BAD_DB_ERROR':
    case '3D000':
      return refused({
        ru: `на ${place} нет базы ${base}: проверьте адрес в cdr`,
        en: `there is no database ${base} at ${place}: check the address in cdr`,
      });
    case 'ER_NO_SUCH_TABLE':
    case '42P01':
      return refused({
        ru: `в базе ${base} нет таблицы ${table}: проверьте адрес в cdr`,
        en: `there is no table ${table} in ${base}: check the address in cdr`,
      });
    default:
      return {
        said: {
          ru: `таблицы звонков на ${place} не читаются (${code}): проверьте адрес в cdr, bind-address базы и межсетевой экран`,
          en: `the tables of calls at ${place} cannot be read (${code}): check the address in cdr, the database's bind-address and the firewall`,
        },
        isRefusal: false,
      };
  }
}
