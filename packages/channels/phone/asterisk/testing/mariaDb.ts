import { randomBytes } from 'node:crypto';
import { fromTestRun } from '@otklik/testing/servers';
import { type Connection, createConnection } from 'mysql2/promise';

interface MariaDbAccess {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

export interface MariaDbDatabase {
  readonly name: string;
  /** With all rights; the opener closes it. */
  readonly connection: Connection;
  /** For otklik.yaml. */
  address(other?: { database?: string; user?: string; password?: string }): string;
}

export async function mariaDbDatabase(): Promise<MariaDbDatabase> {
  const { port, user, password } = await fromTestRun<MariaDbAccess>('mariadb');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const connection = await createConnection({ host: '127.0.0.1', port, user, password });
  await connection.query(`create database ${name} character set utf8mb4 collate utf8mb4_unicode_ci`);
  await connection.changeUser({ database: name });
  return {
    name,
    connection,
    address: (other = {}) => {
      const to = { database: name, user, password, ...other };
      return `mysql://${to.user}:${encodeURIComponent(to.password)}@127.0.0.1:${port}/${to.database}`;
    },
  };
}
