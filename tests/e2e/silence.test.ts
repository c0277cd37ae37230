import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import pg from 'pg';
import { describe, it } from 'vitest';
import { type Otklik, startOtklik, startReceiver } from './otklik.ts';

const HOUR = 3_600_000;

interface Channel {
  readonly id: string;
  readonly silent_since: string | null;
  readonly usual_per_hour: number | null;
}

const siteOf = async (otklik: Otklik) =>
  (await otklik.api<{ items: Channel[] }>('/channels')).body.items.find(({ id }) => id === 'site');

describe('a channel that is silent', () => {
  it('by its own history of three weeks raises channel.down, and channel.up when somebody writes', async () => {
    const receiver = await startReceiver();
    const otklik = await startOtklik({
      config: `
version: 1
locale: ru
timezone: UTC
people: [{ id: anna, name: Анна }]
channels: [{ id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }]
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`,
    });
    try {
      // Four an hour for three weeks and two days, all answered; nothing in the last four hours.
      const end = Date.now() - 4 * HOUR;
      const events = Array.from({ length: 23 * 24 * 4 }, (_, index) => end - index * (HOUR / 4)).flatMap(
        (at, index) => [
          said(`q${index}`, 'client', `c${index}`, at),
          said(`a${index}`, 'employee', `c${index}`, at + 60_000),
        ],
      );
      for (let from = 0; from < events.length; from += 500) {
        assert.equal((await otklik.send('site', events.slice(from, from + 500))).status, 202);
      }
      const database = new pg.Client({
        connectionString: otklik.databaseUrl,
        options: '-c search_path=otklik',
      });
      await database.connect();
      const recorded = async () =>
        Number((await database.query('select count(*) from events')).rows[0].count);
      await until(async () => (await recorded()) === events.length, {
        timeoutMs: 60_000,
        what: 'everything is recorded',
      });
      assert.equal((await siteOf(otklik))?.silent_since, null);
      // An unfinished job would come again after the start: the channel would have been heard of just now.
      await otklik.end();
      // All of it came just now: only the database can say four hours ago.
      await database.query('update channel_states set last_event_at = $1', [new Date(end)]);
      await database.end();
      await otklik.startAgain();
      const heard = (type: string) => receiver.arrived.filter((notice) => notice.type === type);
      const down = await until(() => heard('channel.down')[0], { timeoutMs: 10_000, what: 'the alarm' });
      assert.match(String(down.data.problem), /обычно 4 обращений в час, сейчас ничего [34] ч/);
      assert.equal((await siteOf(otklik))?.usual_per_hour, 4);
      await otklik.send('site', said('q-new', 'client', 'c-new', Date.now()));
      await until(
        async () => (await otklik.api<{ items: object[] }>('/waits?state=open')).body.items.length === 1,
        {
          what: 'the new wait',
        },
      );
      await otklik.kill9();
      await otklik.startAgain();
      await until(() => heard('channel.up')[0], { timeoutMs: 10_000, what: 'the all-clear' });
      assert.equal((await siteOf(otklik))?.silent_since, null);
    } finally {
      await otklik.stop();
      receiver.close();
    }
  });
});

const iso = (at: number) => new Date(at).toISOString();

const said = (id: string, side: string, thread: string, at: number) => ({
  id,
  thread,
  kind: 'message',
  at: iso(at),
  from: { side, id: side },
  text: 'да',
});
