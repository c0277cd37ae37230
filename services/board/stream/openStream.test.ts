import assert from 'node:assert/strict';
import { createAccess, fireDue, listAccess, quarantine, revokeAccess, saveChannelState } from '@otklik/store';
import { until } from '@otklik/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { answer, openWait } from '../../../packages/store/testing/waits.ts';
import { ADMIN, type Answer, type TestBoard, testBoard } from '../testing/testBoard.ts';

describe('the live stream', () => {
  let board: TestBoard;
  let base = '';
  const leaving: AbortController[] = [];
  beforeEach(async () => {
    board = await testBoard();
    base = await board.app.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(async () => {
    for (const each of leaving.splice(0)) each.abort();
    await board[Symbol.asyncDispose]();
  });

  type Heard = { event: string; data: Answer }[] & { ended?: boolean };
  /** What somebody hears, from the greeting on. */
  const hear = async (token: string): Promise<Heard> => {
    const heard: Heard = [];
    const leave = new AbortController();
    leaving.push(leave);
    const response = await fetch(`${base}/api/v1/stream`, {
      headers: { authorization: `Bearer ${token}` },
      signal: leave.signal,
    });
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    const read = async () => {
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk, { stream: true });
        const whole = text.split('\n\n');
        text = whole.pop() ?? '';
        for (const part of whole) {
          const event = /^event: (.*)$/m.exec(part)?.[1];
          if (event) heard.push({ event, data: JSON.parse(/^data: (.*)$/m.exec(part)?.[1] ?? '') });
        }
      }
      heard.ended = true;
    };
    read().catch(() => undefined); // ended by us
    await until(() => heard.some(({ event }) => event === 'hello'), { what: 'the greeting' });
    return heard;
  };
  const told = (heard: { event: string; data: Answer }[], id: string) =>
    heard.filter(({ data }) => data.id === id).map(({ event }) => event);

  it('tells of a wait what happens to it, in that order', async () => {
    const heard = await hear(ADMIN);
    const wait = await openWait(board.store, Date.now() - 400_000, board.rules);
    await until(() => told(heard, wait.id).length === 1, { what: 'the opening' });
    for (const now of [wait.warn_at, wait.breach_at]) {
      const before = told(heard, wait.id).length;
      await fireDue(board.store, board.rules, { now, upSince: 0, unread: [], limit: 10 });
      await until(() => told(heard, wait.id).length > before, { what: 'the next stage' });
    }
    await answer(board.store, wait, Date.now(), board.rules);
    await until(() => told(heard, wait.id).includes('wait.closed'), { what: 'the end' });
    assert.deepEqual(told(heard, wait.id), ['wait.opened', 'wait.warned', 'wait.breached', 'wait.closed']);
    const { data } = heard.at(-1) ?? {};
    assert.deepEqual([data.outcome, data.stage], ['answered', 'breached']);
  });

  it('tells everybody of their own only', async () => {
    const boris = await hear(await board.tokenOf({ role: 'owner', person: 'boris', name: null }));
    const annas = await openWait(board.store, Date.now(), board.rules, { channel: 'site' });
    const his = await openWait(board.store, Date.now(), board.rules, { channel: 'line' });
    await until(() => told(boris, his.id).length > 0, { what: 'his own' });
    assert.deepEqual(told(boris, annas.id), []);
  });

  it('tells when a channel goes down and comes up', async () => {
    const heard = await hear(ADMIN);
    const state = { channel: 'site', caughtUp: true };
    await saveChannelState(board.store, { ...state, up: false, problem: '401' });
    await until(() => heard.some(({ event }) => event === 'channel.down'), { what: 'down' });
    await saveChannelState(board.store, { ...state, up: true, problem: null });
    await until(() => heard.some(({ event }) => event === 'channel.up'), { what: 'up' });
    assert.deepEqual(heard.find(({ event }) => event === 'channel.down')?.data, {
      channel: 'site',
      up: false,
      problem: '401',
      gaps: [],
      kept_aside: 0,
      silent_since: null,
      usual_per_hour: null,
    });
  });

  it('tells at once that something of a channel was kept aside, also of one that is only posted to', async () => {
    const heard = await hear(ADMIN);
    const aside = {
      channel: 'line',
      source: 'line',
      reason: 'why',
      form: 'told',
      body: { id: 'odd' },
    } as const;
    await quarantine(board.store, aside, Date.now());
    const told = () => heard.find(({ data }) => (data as { kept_aside?: number }).kept_aside === 1);
    await until(() => told() !== undefined, { what: 'it is told' });
    assert.match(JSON.stringify(told()?.data), /"channel":"line".*отложено: 1/);
  });

  it('ends with the token or session, and nobody else’s with it', async () => {
    const person = { role: 'owner', person: 'boris', name: null } as const;
    const [token, kept] = [await board.tokenOf(person), await board.tokenOf(person)];
    const [boris, other] = [await hear(token), await hear(kept)];
    const [first] = await listAccess(board.store, 'bearer', Date.now(), board.config.session);
    await revokeAccess(board.store, 'bearer', { id: first?.id ?? 0 }, 'root', Date.now());
    await until(() => boris.ended === true, { what: 'the end of the stream' });
    const wait = await openWait(board.store, Date.now(), board.rules, { channel: 'line' });
    await until(() => told(other, wait.id).length > 0, { what: 'the other goes on' });
    assert.deepEqual(told(boris, wait.id), []);
  });

  it('ends with a session that has run out', async () => {
    const token = await board.tokenOf({ role: 'owner', person: 'boris', name: null });
    const session = await createAccess(
      board.store,
      'session',
      { role: 'owner', person: 'boris', name: null },
      null,
    );
    const leave = new AbortController();
    leaving.push(leave);
    const response = await fetch(`${base}/api/v1/stream`, {
      headers: { cookie: `otklik_session=${session}` },
      signal: leave.signal,
    });
    const end = response.text();
    const by = await hear(token);
    board.config = { ...board.config, session: { idle: 0, max: 0 } };
    await board.ask(ADMIN, 'POST', '/sign-out-everywhere'); // whatever is revoked, all are looked at
    assert.match(await end, /^retry/);
    assert.notEqual(by.ended, true);
  });

  it('ends for whoever left the configuration, and shows another view to whoever has another role', async () => {
    const vera = await hear(await board.tokenOf({ role: 'head', person: 'vera', name: null }));
    const boris = await hear(await board.tokenOf({ role: 'owner', person: 'boris', name: null }));
    const admin = await hear(ADMIN);
    const { people, channels } = board.config;
    const site = channels.get('site');
    assert.ok(site);
    const edited = new Map(people);
    edited.delete('boris');
    board.config = {
      ...board.config,
      people: edited,
      channels: new Map(channels).set('site', { ...site, head: 'gleb' }),
    };
    await until(() => boris.ended === true, { what: 'the end of his stream' });
    await until(() => vera.filter(({ event }) => event === 'hello').length === 2, { what: 'her new view' });
    const wait = await openWait(board.store, Date.now(), board.rules, { channel: 'site' });
    await until(() => told(admin, wait.id).length > 0, { what: 'the opening' });
    assert.deepEqual(told(vera, wait.id), []);
  });

  it('tells that a channel has left the configuration, to whoever’s view stays as it was', async () => {
    const heard = await hear(ADMIN);
    const count = () => heard.filter(({ event }) => event === 'channels.changed').length;
    const before = board.config;
    const site = before.channels.get('site');
    assert.ok(site);
    const channels = new Map(before.channels);
    channels.delete('site');
    board.config = { ...before, channels };
    await until(() => count() === 1, { what: 'the edit' });
    // The database knows a little later that it is gone.
    board.config = { ...before, channels, gone: new Map([['site', { ...site, goneSince: Date.now() }]]) };
    await until(() => count() === 2, { what: 'that it is gone' });
    board.config = before;
    await until(() => count() === 3, { what: 'that it is back' });
    assert.equal(heard.filter(({ event }) => event === 'hello').length, 1);
  });

  it('greets again after a time when it could not hear: whoever watches reads the list anew', async () => {
    const heard = await hear(ADMIN);
    await cutListeners(board);
    await until(() => heard.filter(({ event }) => event === 'hello').length === 2, { what: 'a greeting' });
    const wait = await openWait(board.store, Date.now(), board.rules);
    await until(() => told(heard, wait.id).length > 0, { what: 'the opening' });
  });
});

async function cutListeners(board: TestBoard): Promise<void> {
  const client = new pg.Client({ connectionString: board.store.url });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await client.end();
}
