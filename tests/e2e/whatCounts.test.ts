import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

interface Wait {
  readonly id: string;
  readonly thread: string;
  readonly outcome: string | null;
}

describe('what counts, as a script tells it', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({
      config: `
version: 1
people: [{ id: anna, name: Анна }, { id: vera, name: Вера, role: head }]
policies: { default: { warn: 2s, breach: 4s } }
channels:
  - { id: site, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET, enforce_from: 2026-01-01 }
  - { id: shop, kind: webhook, name: Магазин, owner: vera, head: vera, secret: env:SITE_SECRET }
privacy: { text: none }
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`,
    });
  });
  afterAll(async () => {
    await otklik?.stop();
    receiver.close();
  });

  const waitsOf = async (thread: string): Promise<Wait[]> => {
    const { body } = await otklik.api<{ items: Wait[] }>('/waits?limit=200');
    return body.items.filter((wait) => wait.thread === thread).reverse();
  };
  const outcomes = async (thread: string): Promise<string[]> =>
    (await waitsOf(thread)).map(({ outcome }) => outcome ?? 'waits');
  const becomes = (thread: string, ...wanted: string[]) =>
    until(async () => (await outcomes(thread)).join() === wanted.join(), {
      what: `${thread}: ${wanted.join()}`,
    });
  const send = async (...events: object[]): Promise<void> => {
    assert.equal((await otklik.send('site', events)).status, 202);
  };
  const deletion = (
    of: { id: string; thread: string },
    at: number,
    side: 'employee' | 'bot' = 'employee',
  ) => ({
    id: `${of.id}/deleted`,
    of: of.id,
    thread: of.thread,
    kind: 'deletion',
    at: new Date(at).toISOString(),
    from: { side },
  });

  it('an answer that our side deletes at once was none: the client waits on, and somebody is asked', async () => {
    const now = Date.now();
    const answer = message('employee', 'deleted', now + 5);
    await send(message('client', 'deleted', now), answer);
    await becomes('deleted', 'answered');
    await send(deletion(answer, now + 10));
    await becomes('deleted', 'waits');
    await until(() => receiver.steps('deleted').length > 0, { what: 'the ping' });
    const [wait] = await waitsOf('deleted');
    const { body } = await otklik.api<{ timeline: { type: string; reason?: string }[] }>(
      `/waits/${wait?.id}`,
    );
    assert.ok(body.timeline.some(({ reason }) => reason === 'answer_taken_back'));
  });

  it('any other deletion changes nothing: after the window, after the client’s next word, by a machine', async () => {
    const now = Date.now();
    const answers = ['timer', 'read', 'machine'].map((thread) =>
      message('employee', thread, now - 8_000, {}),
    );
    const [timer, read, machine] = answers;
    assert.ok(timer && read && machine);
    await send(
      ...['timer', 'read', 'machine'].map((thread) => message('client', thread, now - 9_000)),
      ...answers,
    );
    await send(message('client', 'read', now - 7_000));
    await send(deletion(timer, now), deletion(read, now - 6_000), deletion(machine, now - 7_000, 'bot'));
    // Later events show that these were recorded.
    await send(message('client', 'behind', now), message('employee', 'behind', now + 1));
    await becomes('behind', 'answered');
    await becomes('timer', 'answered');
    await becomes('machine', 'answered');
    await becomes('read', 'answered', 'waits');
  });

  it('history that arrives at once alarms nobody; who still waits is told in one message, and a new turn counts', async () => {
    const now = Date.now();
    const HOUR = 3_600_000;
    const days = Array.from({ length: 14 }, (_, day) => day + 1);
    const past = days.flatMap((day) =>
      Array.from({ length: 15 }, (_, nth) => {
        const thread = `past-${day}-${nth}`;
        const asked = message('client', thread, now - day * 24 * HOUR - nth * 1_000);
        const isAnswered = nth >= 2;
        return isAnswered ? [asked, message('employee', thread, now - day * 24 * HOUR + HOUR)] : [asked];
      }).flat(),
    );
    assert.equal((await otklik.send('shop', past)).status, 202);
    const left = () => receiver.arrived.filter(({ type }) => type === 'history.left');
    await until(() => left().length > 0, { timeoutMs: 20_000, what: 'whom history left waiting' });
    assert.deepEqual(
      left().map(({ data }) => [data.recipient, data.clients]),
      [['vera', 28]],
    );
    const list = async (query: string) =>
      (await otklik.api<{ items: (Wait & { history: boolean })[] }>(`/waits?limit=500&channel=shop${query}`))
        .body.items;
    assert.equal((await list('&state=open')).length, 28);
    assert.ok((await list('')).every(({ history }) => history));

    // A client writes again: a wait of its own, and somebody is asked.
    assert.equal((await otklik.send('shop', message('client', 'past-3-0', Date.now()))).status, 202);
    await until(() => receiver.steps('past-3-0').length > 0, { what: 'the ping' });
    assert.equal((await list('&history=false')).length, 1);
    assert.equal((await otklik.send('shop', message('employee', 'past-3-0', Date.now()))).status, 202);
    await until(async () => (await list('&state=open')).length === 27, { what: 'the answer ends both' });

    const ofShop = receiver.arrived.filter(({ data }) => data.channel === 'shop');
    assert.deepEqual([...new Set(ofShop.map(({ data }) => data.client))], ['past-3-0']);
    const { body } = await otklik.api<{ items: { group: string; waits: number }[] }>(
      '/reports/response-times?group_by=channel&from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z',
    );
    assert.equal(body.items.find(({ group }) => group === 'shop')?.waits, 1);
  });

  it('an empty answer is none, though no words are kept; one whose words are not told counts', async () => {
    const now = Date.now();
    const say = (thread: string, text?: string) => [
      message('client', thread, now),
      message('employee', thread, now + 1, { text }),
    ];
    await send(...say('empty', ''), ...say('blank', ' \u200b\n'), ...say('untold'), ...say('said', 'да'));
    await becomes('said', 'answered');
    await becomes('untold', 'answered');
    await becomes('empty', 'waits');
    await becomes('blank', 'waits');
    await until(() => receiver.steps('empty').length > 0, { what: 'the ping' });
  });
});
