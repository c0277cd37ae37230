import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '@otklik/domain';
import { freePort } from '@otklik/testing';
import { emptyDatabase } from '@otklik/testing/servers';
import type { Connection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeEach, describe, it } from 'vitest';
import { type CallFact, callEvent } from '../../provider/callFact.ts';
import { ProviderTrouble } from '../../provider/callProvider.ts';
import { at, LineWorld } from '../testing/lineWorld.ts';
import { readTables } from './tables.ts';
import { type MariaDbDatabase, mariaDbDatabase } from './testing/mariaDb.ts';
import { STORIES } from './testing/stories.ts';
import { cdrRow, celOf } from './testing/story.ts';
import { AsteriskTables, CONTRIB, FREEPBX, type Run } from './testing/tables.ts';

const MOSCOW = 'Europe/Moscow';
const SPAN = { from: at('09:00:00'), to: at('11:00:00') };
const WORLD = new LineWorld('provider: asterisk, account: "a@127.0.0.1", secret: some-password');

function waits(facts: readonly CallFact[]): string[] {
  const events = facts.map((fact) => callEvent(fact, { id: 'line', country: 'RU' }, SPAN.to));
  WORLD.events.splice(0, WORLD.events.length, ...events);
  return WORLD.told();
}

const read = (address: string, span = SPAN, timezone = MOSCOW) =>
  readTables(address, span, timezone, new AbortController().signal);
const refusal = async (address: string): Promise<ProviderTrouble> => {
  try {
    await read(address);
  } catch (error) {
    if (error instanceof ProviderTrouble) return error;
    throw error;
  }
  throw new Error('it was read');
};
const call = (id: string) => ({
  name: `PJSIP/trunk-${id}`,
  id: `1764151200.${id}`,
  linked: `1764151200.${id}`,
});

describe('Asterisk’s tables', () => {
  let database: MariaDbDatabase;
  let admin: Connection;
  const run: Run = async (sql, values = []) => {
    await admin.query(sql, [...values]);
  };
  describe('in MariaDB, as FreePBX makes them', () => {
    let tables: AsteriskTables;
    beforeEach(async () => {
      await admin?.end();
      database = await mariaDbDatabase();
      admin = database.connection;
      tables = await AsteriskTables.create(run, FREEPBX, MOSCOW);
    });
    afterAll(() => admin?.end());

    it('tell every story', async () => {
      for (const { what, happens, cdr, waits: expected } of STORIES) {
        await tables.clear();
        await tables.write(cdr, happens.flatMap(celOf));
        const { facts, gaps } = await read(database.address());
        assert.deepEqual(waits(facts), expected, what);
        assert.deepEqual(gaps, [], what);
      }
    });

    it('tell every story without CEL as far as they can, and say what they cannot', async () => {
      await run('drop table cel');
      tables = await AsteriskTables.create(run, { ...FREEPBX, tables: [] }, MOSCOW);
      for (const { what, cdr, waits: expected, waitsByCdr = expected } of STORIES) {
        await run('delete from cdr');
        await tables.write(cdr, []);
        const { facts, gaps } = await read(database.address());
        assert.deepEqual(waits(facts), waitsByCdr, what);
        assert.match(gaps[0]?.en ?? '', /no table cel .* not exact/);
      }
    });

    it('say when CEL lacks the events', async () => {
      const { happens, cdr } = STORIES[0] ?? assert.fail();
      await tables.write(
        cdr,
        happens.flatMap(celOf).filter(({ eventtype }) => eventtype === 'CHAN_START'),
      );
      const { gaps } = await read(database.address());
      assert.match(gaps[0]?.en ?? '', /switch on CHAN_START, PICKUP, ANSWER/);
    });

    it('tell a picked-up call by its answers where CEL has no bridges', async () => {
      const { happens, cdr, waits: expected } = STORIES.find(({ waitsByCdr }) => waitsByCdr) ?? assert.fail();
      await tables.write(
        cdr,
        happens.flatMap(celOf).filter(({ eventtype }) => !eventtype.startsWith('BRIDGE')),
      );
      const { facts, gaps } = await read(database.address());
      assert.deepEqual(waits(facts), expected);
      assert.deepEqual(gaps, []);
    });

    it('are read by a user that may do nothing else', async () => {
      const { cdr } = STORIES[0] ?? assert.fail();
      await tables.write(cdr, []);
      await run(`create user reader@'127.0.0.1' identified by 'p@ss:w/rd'`);
      const address = database.address({ user: 'reader', password: 'p@ss:w/rd' });
      const unknown = await refusal(address);
      assert.match(unknown.said.en, /reader may not read .*: run {2}GRANT SELECT/);
      assert.equal(unknown.status, 403);
      await run(`grant select on ${database.name}.cdr to reader@'127.0.0.1'`);
      const { facts, gaps } = await read(address);
      assert.equal(facts.length, 3);
      assert.match(gaps[0]?.en ?? '', /reader may not read cel: run {2}GRANT SELECT/);
      await run(`grant select on ${database.name}.cel to reader@'127.0.0.1'`);
      assert.doesNotMatch((await read(address)).gaps[0]?.en ?? '', /GRANT/);
    });

    it('say what is wrong: the password, the database, the table, the column, the address', async () => {
      assert.match(
        (await refusal(database.address({ password: 'wrong' }))).said.en,
        /the user or the password of cdr/,
      );
      assert.match(
        (await refusal(database.address({ database: 'nowhere' }))).said.en,
        /no database nowhere|may not read nowhere/,
      );
      assert.match((await refusal(`${database.address()}?cdr=calls`)).said.en, /no table calls/);
      await run('alter table cdr drop column linkedid');
      assert.match((await refusal(database.address())).said.en, /no column linkedid/);
      const away = await refusal(`mysql://reader:secret@127.0.0.1:${await freePort()}/x`);
      assert.match(away.said.en, /cannot be read \(ECONNREFUSED\)/);
      assert.doesNotMatch(`${away.message} ${away.said.ru}`, /secret/);
    });

    it('are found under other names', async () => {
      const { happens, cdr, waits: expected } = STORIES[0] ?? assert.fail();
      await tables.write(cdr, happens.flatMap(celOf));
      await run('rename table cdr to calls, cel to happenings');
      const { facts } = await read(`${database.address()}?cdr=calls&cel=${database.name}.happenings`);
      assert.deepEqual(waits(facts), expected);
    });

    it('are gone through a page at a time, and a call is found by its end however long it was', async () => {
      const short = Array.from({ length: 450 }, (_, index) =>
        cdrRow({ ...call(`${index}`), caller: `7916${1_000_000 + index}` }, at('10:00:00'), { duration: 20 }),
      );
      const [long, before_] = [call('9001'), call('9002')];
      await tables.write(
        [
          ...short,
          {
            ...cdrRow({ ...long, caller: '79161111111' }, at('10:00:00'), { duration: 20 * 3600 }),
            start: at('10:00:00') - 20 * HOUR,
          },
          cdrRow({ ...before_, caller: '79162222222' }, at('08:00:00'), { duration: 20 }),
        ],
        [],
      );
      const { facts } = await read(database.address());
      const ended = facts.filter(({ phase }) => phase === 'ended').map(({ call: id }) => id);
      assert.equal(new Set(ended).size, 451);
      assert.ok(ended.includes(long.linked));
      assert.ok(!ended.includes(before_.linked));
    });

    it('tell nothing of a call that goes on: only a colleague’s stretch of it is written', async () => {
      const { cdr } = STORIES.find(({ what }) => what.startsWith('a queue')) ?? assert.fail();
      await tables.write(
        cdr.filter(({ uniqueid, linkedid }) => uniqueid !== linkedid),
        [],
      );
      assert.deepEqual((await read(database.address())).facts, []);
    });

    it('are found in the hour that comes twice when clocks are put back', async () => {
      const berlin = await AsteriskTables.create(run, { ...FREEPBX, tables: [] }, 'Europe/Berlin');
      // 2026-10-25 03:00 is 02:00 again at 01:00 UTC.
      const back = Date.parse('2026-10-25T01:00:00Z');
      const row = {
        ...cdrRow({ ...call('1'), caller: '79161111111' }, at('10:00:00'), { duration: 10 }),
        start: back + MINUTE,
      };
      await berlin.write([row], []);
      const span = { from: back - 10 * MINUTE, to: back + 2 * MINUTE };
      const { facts } = await read(database.address(), span, 'Europe/Berlin');
      assert.equal(facts.length, 2);
    });

    it('leave a call without a number of its own to the channel of that number', async () => {
      const { cdr } = STORIES[1] ?? assert.fail();
      await tables.write(cdr, []);
      const { facts } = await read(database.address());
      assert.deepEqual(new Set(facts.map(({ line }) => line)), new Set(['74951234567']));
    });
  });

  it('in PostgreSQL, as Asterisk’s own scripts make them, tell every story', async () => {
    await using empty = await emptyDatabase({ durable: false });
    const client = new pg.Client({ connectionString: empty.url });
    await client.connect();
    try {
      let count = 0;
      const runPg: Run = async (sql, values = []) => {
        count = 0;
        await client.query(
          sql.replaceAll('?', () => `$${++count}`),
          [...values],
        );
      };
      const tables = await AsteriskTables.create(runPg, CONTRIB, MOSCOW);
      for (const { what, happens, cdr, waits: expected } of STORIES) {
        await tables.clear();
        // It has no column for the number that the company's own replaced.
        await tables.write(
          cdr.map((row) => ({ ...row, src: row.cnum })),
          happens.flatMap(celOf),
        );
        const { facts, gaps } = await read(empty.url);
        assert.deepEqual(waits(facts), expected, what);
        assert.deepEqual(gaps, [], what);
      }
      const { cdr, happens } = STORIES[1] ?? assert.fail();
      await tables.clear();
      await tables.write(
        cdr.map((row) => ({ ...row, src: row.cnum })),
        happens.flatMap(celOf),
      );
      await client.query('alter table cel alter column eventtime type text using eventtime::text');
      await client.query(
        `insert into cel select (jsonb_populate_record(cel, '{"eventtime":"2026-11-23 soon"}')).* from cel limit 1`,
      );
      const { facts, odd } = await read(empty.url);
      assert.ok(facts.length > 0, 'a row whose time cannot be read hides no other');
      assert.match(
        JSON.stringify(odd),
        /^\[\{.*2026-11-23 soon.*the time in eventtime of a row of cel cannot be read"\}\]$/,
      );
      await client.query('alter table cdr drop column uniqueid');
      assert.match((await refusal(empty.url)).said.en, /no column uniqueid/);
      await client.query('drop table cdr');
      assert.match((await refusal(empty.url)).said.en, /no table cdr/);
      const wrong = new URL(empty.url);
      wrong.pathname = '/nowhere';
      assert.match((await refusal(wrong.href)).said.en, /no database nowhere/);
    } finally {
      await client.end();
    }
  });
});
