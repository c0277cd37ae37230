import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { message, type Otklik, type Receiver, startOtklik, startReceiver } from './otklik.ts';

/** A minute of the day, twelve hours from now. */
const notNow = (): string => {
  const time = Temporal.Now.zonedDateTimeISO('UTC').add({ hours: 12 }).toPlainTime();
  const text = (minute: number) => time.with({ minute }).toString({ smallestUnit: 'minute' });
  return `${text(10)}-${text(11)}`;
};
const today = Temporal.Now.plainDateISO('UTC');
const holiday = `${today.subtract({ days: 1 })}..${today.add({ days: 1 })}`;

const config = ({ url, secret }: Receiver) =>
  `
version: 1
timezone: UTC
calendar: { hours: { mon-sun: ["${notNow()}"] } }
people:
  - { id: anna, name: Анна, email: anna@example.ru }
  - { id: boris, name: Борис, email: boris@example.ru }
  - { id: olga, name: Ольга, email: olga@example.ru, away: ["${holiday}"] }
  - { id: dina, name: Дина, email: dina@example.ru }
  - { id: egor, name: Егор, email: egor@example.ru }
  - { id: vera, name: Вера, role: head, email: vera@example.ru }
policies:
  default: { warn: 1s, breach: 2s, steps: [{ at: 1s, notify: [owner] }, { at: 2s, notify: [owner, deputies, head] }] }
  full: { overload: 1 }
  alone: { after_hours: owner_only }
  later: { after_hours: defer }
channels:
  - { id: plain, kind: webhook, owner: anna, head: vera, secret: env:SITE_SECRET }
  - { id: shift, kind: webhook, owner: anna, duty: [{ who: boris }], secret: env:SITE_SECRET }
  - { id: holiday, kind: webhook, owner: olga, deputies: [boris], secret: env:SITE_SECRET }
  - { id: full, kind: webhook, owner: dina, deputies: [egor], policy: full, secret: env:SITE_SECRET }
  - { id: alone, kind: webhook, owner: anna, deputies: [boris], head: vera, policy: alone, secret: env:SITE_SECRET }
  - { id: later, kind: webhook, owner: anna, policy: later, secret: env:SITE_SECRET }
notify: { webhook: { url: "${url}", secret: "${secret}" } }
`;

interface Wait {
  readonly id: string;
  readonly client: string;
  readonly owner: string;
  readonly owner_why: string;
  readonly after_hours: boolean;
  readonly breached_at: string | null;
}

describe('who is asked', () => {
  let receiver: Receiver;
  let otklik: Otklik;
  beforeAll(async () => {
    receiver = await startReceiver();
    otklik = await startOtklik({ config: config(receiver) });
  });
  afterAll(async () => {
    await otklik?.stop();
    receiver.close();
  });

  const opened = (client: string) =>
    until(
      async () =>
        (await otklik.api<{ items: Wait[] }>('/waits?state=open&limit=500')).body.items.find(
          (wait) => wait.client === client,
        ),
      { what: `the wait of ${client}` },
    );
  const asks = async (channel: string, client: string): Promise<Wait> => {
    await otklik.send(channel, message('client', client, Date.now()));
    return opened(client);
  };
  /** Waits until the first steps have reached exactly these people, each by their own notice. */
  const reaches = async (client: string, expected: readonly (readonly string[])[]): Promise<void> => {
    const told = () =>
      [...Map.groupBy(receiver.steps(client), ({ data }) => Number(data.step))]
        .sort(([a], [b]) => a - b)
        .slice(-expected.length)
        .map(([, notices]) => notices.map(({ data }) => String(data.recipient)).sort());
    await until(() => JSON.stringify(told()) === JSON.stringify(expected), {
      timeoutMs: 8_000,
      what: `${client}: ${JSON.stringify(expected)}`,
    });
  };

  it('whose shift it is stands in the owner’s place', async () => {
    const wait = await asks('shift', 'сменный');
    assert.deepEqual([wait.owner, wait.owner_why], ['boris', 'on_duty']);
    await reaches('сменный', [['boris']]);
  });

  it('a deputy stands in for an owner on holiday, and the wait says why', async () => {
    const wait = await asks('holiday', 'отпускной');
    assert.deepEqual([wait.owner, wait.owner_why], ['boris', 'owner_away']);
    await reaches('отпускной', [['boris']]);
  });

  it('an owner who has as many waits as the policy allows gets no more', async () => {
    const first = await asks('full', 'первый');
    const second = await asks('full', 'второй');
    assert.deepEqual([first.owner, second.owner, second.owner_why], ['dina', 'egor', 'overloaded']);
    const third = await asks('full', 'третий');
    assert.equal(third.owner, 'dina', 'everybody is full: it stays with the owner');
  });

  it('outside working hours owner_only asks the owner alone, and defer nobody, while the clock runs on both', async () => {
    await asks('later', 'утренний');
    await asks('alone', 'ночной');
    await asks('plain', 'обычный');
    await reaches('ночной', [['anna'], ['anna']]);
    await reaches('обычный', [['anna'], ['anna', 'vera']]);
    const waits = await until(
      async () => {
        const both = [await opened('утренний'), await opened('ночной')];
        return both.every(({ breached_at }) => breached_at !== null) && both;
      },
      { timeoutMs: 8_000, what: 'both windows are over' },
    );
    assert.ok(waits.every(({ after_hours }) => after_hours));
    assert.deepEqual(receiver.steps('утренний'), []);
  });

  it('all open waits of one person go to another, who is told of each', async () => {
    await asks('shift', 'переданный-1');
    await asks('shift', 'переданный-2');
    const handed = await otklik.api<{ handed_over: number }>('/people/boris/hand-over', {
      method: 'POST',
      body: { to: 'vera' },
    });
    assert.ok(handed.body.handed_over >= 2);
    for (const client of ['переданный-1', 'переданный-2']) {
      const wait = await opened(client);
      assert.deepEqual([wait.owner, wait.owner_why], ['vera', 'handed_over']);
    }
    for (const client of ['переданный-1', 'переданный-2'])
      await until(() => receiver.steps(client).some(({ data }) => data.recipient === 'vera'), {
        timeoutMs: 8_000,
        what: `Vera is told of ${client}`,
      });
  });
});
