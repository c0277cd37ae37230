import assert from 'node:assert/strict';
import type { StaffMail } from '@otklik/channels';
import { claimDue, claimReplies, markDelivered, type ReplySaid, tellOfReply } from '@otklik/store';
import { afterEach, beforeEach, describe, it } from 'vitest';
import { at } from '../../packages/domain/testing/story.ts';
import { fireDue } from '../../packages/store/clock.ts';
import { company as rulesOf } from '../../packages/store/testing/company.ts';
import { type TestStore, testStore } from '../../packages/store/testing/testStore.ts';
import { answer, openWait } from '../../packages/store/testing/waits.ts';
import { handleMailReply, type MailRepliesDeps } from './mailReplies.ts';
import { quotesPing } from './messages/mailReply.ts';
import { company } from './testing/company.ts';

const OPENED = at('10:00:00');
const WARNED = at('10:03:00');
const RULES = rulesOf({ transports: ['email'] });
/** Its bot takes words, its site does not. */
const CONFIG = company('email: { smtp: "smtp://127.0.0.1:1", from: "otklik@example.ru" }');

describe('a reply to a ping by mail', () => {
  let opened: TestStore;
  let world: MailRepliesDeps;
  let logged: string[];
  let now = WARNED;
  beforeEach(async () => {
    opened = await testStore();
    logged = [];
    now = WARNED;
    const note = (_about: object, text: string) => void logged.push(text);
    world = {
      config: () => CONFIG,
      store: opened.store,
      log: { info: note, warn: note, error: note } as never,
      now: () => now,
    };
  });
  afterEach(() => opened[Symbol.asyncDispose]());

  const claim = async (when: number) =>
    (await claimDue(opened.store, 'email', when, { limit: 100, together: 'steps' })).notices;
  /** The mail about these waits that Anna got; gives the id that its Message-ID bears. */
  const ping = async (...channels: string[]) => {
    const waits = [];
    for (const channel of channels) waits.push(await openWait(opened.store, OPENED, RULES, { channel }));
    await fireDue(opened.store, RULES, { now: WARNED, upSince: OPENED, unread: [], limit: 100 });
    const notices = await claim(WARNED);
    const mail = notices[0]?.id ?? '';
    await markDelivered(
      opened.store,
      notices.map(({ id }) => ({ id, state: 'sent', at: WARNED, mail })),
    );
    return { mail, waits };
  };
  let count = 0;
  const says = (about: string, said: Partial<StaffMail> = {}): Promise<void> => {
    count += 1;
    return handleMailReply(
      {
        kind: 'mail',
        channel: 'mail',
        from: 'anna@example.ru',
        messageId: `r${count}@mail.example`,
        references: [],
        about: [about],
        text: 'Да, завтра.',
        attached: 'nothing',
        at: now,
        receivedAt: now,
        ...said,
      },
      world,
    );
  };
  /** What the reply writes down when its words have reached the client. */
  const tell = (wait: string) =>
    opened.store.db.transaction().execute((tx) =>
      tellOfReply(
        tx,
        'anna',
        { id: wait, channel: 'bot' },
        {
          fate: 'sent',
          why: null,
          mail: { messageId: `r${count}@mail.example`, references: [], pictures: false },
        },
        now,
      ),
    );
  const replies = () => claimReplies(opened.store, now, 100, false);
  /** What is told of replies, and to whom; each mail as sent. */
  const told = async () => {
    const notices = (await claim(now)).filter(({ type }) => type === 'reply.told');
    await markDelivered(
      opened.store,
      notices.map(({ id }) => ({ id, state: 'sent', at: now, mail: id })),
    );
    return notices.map(({ id, recipient, data }) => ({ id, recipient, fate: (data as ReplySaid).fate }));
  };
  const fates = async () => (await told()).map(({ recipient, fate }) => `${recipient} ${fate}`);

  it('goes to the client once, however often it is delivered', async () => {
    const { mail, waits } = await ping('bot');
    await says(mail, { messageId: 'same@mail.example' });
    await says(mail, { messageId: 'same@mail.example' });
    const [reply, ...more] = await replies();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [reply?.wait_id, reply?.person, reply?.text, reply?.mail?.messageId],
      [waits[0]?.id, 'anna', 'Да, завтра.', 'same@mail.example'],
    );
    assert.deepEqual(await told(), []);
  });

  it('is understood by the id of the wait, too', async () => {
    const { waits } = await ping('bot');
    await says(`wait.${waits[0]?.id}`);
    assert.equal((await replies()).length, 1);
  });

  it('is not believed of whom the ping did not go to', async () => {
    const { mail, waits } = await ping('bot');
    await says(mail, { from: 'boris@example.com' });
    await says(`wait.${waits[0]?.id}`, { from: 'boris@example.com' });
    await says(mail, { from: 'eve@mail.example' });
    assert.deepEqual(await replies(), []);
    assert.deepEqual(await fates(), ['boris unknown', 'boris unknown']);
  });

  const REFUSED = [
    ['files', { attached: 'files' }],
    ['empty', { text: '' }],
    ['quoted', { text: 'Да, завтра.\n\nКлиент ждёт\nответа слишком долго' }],
    ['late', { at: WARNED - 25 * 3_600_000 }],
  ] as const;
  for (const [fate, said] of REFUSED)
    it(`says why it goes to nobody: ${fate}`, async () => {
      const { mail } = await ping('bot');
      await says(mail, said);
      assert.deepEqual(await replies(), []);
      assert.deepEqual(await fates(), [`anna ${fate}`]);
    });

  it('says that a channel cannot be written to, and that a list names several', async () => {
    await says((await ping('site')).mail);
    assert.deepEqual(await fates(), ['anna cannot']);
    await says((await ping('bot', 'bot')).mail);
    assert.deepEqual(await fates(), ['anna unclear']);
    assert.deepEqual(await replies(), []);
  });

  it('ends where a machine that does not say so answers what we say of its answer', async () => {
    const { mail, waits } = await ping('bot');
    await says(mail, { text: 'Я в отпуске' });
    assert.equal((await replies()).length, 1);
    await tell(waits[0]?.id ?? '');
    const [sent] = await told();
    await says(sent?.id ?? '', { text: 'Я в отпуске' });
    assert.deepEqual(await replies(), []);
    await says(sent?.id ?? '', { text: 'И ещё: доставка бесплатная' });
    assert.equal((await replies()).length, 1, 'a person who goes on is heard');
    await says('0199f3c0-3333-4000-8000-000000000001');
    const [unknown] = await told();
    await says(unknown?.id ?? '');
    assert.deepEqual(await told(), []);
    assert.equal(logged.length, 2);
  });

  it('ends after sixty within an hour, whatever they say', async () => {
    const { mail } = await ping('bot');
    for (let index = 0; index < 60; index += 1) await says(mail, { text: '' });
    assert.equal((await told()).length, 60);
    await says(mail);
    assert.deepEqual(await replies(), []);
    assert.match(logged[0] ?? '', /a machine must write them/);
    now += 3_600_001;
    await says(mail);
    assert.equal((await replies()).length, 1);
  });

  it('that ends the wait says so in what is told of it: its writer gets no other mail about the end', async () => {
    const { mail, waits } = await ping('bot');
    await says(mail);
    await replies();
    const [wait] = waits;
    assert.ok(wait);
    await answer(opened.store, wait, WARNED + 1_000, RULES);
    await tell(wait.id);
    now = WARNED + 10_000;
    assert.deepEqual(
      (await claim(now)).map(({ type }) => type),
      ['reply.told'],
    );
  });
});

it('what a ping says is known in a quotation, though its lines are broken anew', () => {
  const wait = { id: 'w', client_name: 'Иван', client_phone: null, kind: 'message' } as never;
  assert.equal(quotesPing('Да\nИван ждёт\nответа слишком долго', wait), true);
  assert.equal(quotesPing('Да\n│ Есть ли доставка?', wait), true);
  assert.equal(quotesPing('Да https://otklik.example.ru/?wait=w', wait), true);
  assert.equal(quotesPing('Иван, ваш заказ ждёт вас', wait), false);
});
