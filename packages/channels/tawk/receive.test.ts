import assert from 'node:assert/strict';
import { handlesOf } from '@otklik/domain';
import { describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';
import { SECRET, signed } from './testing/script.ts';

const at = (time: string): string => `2026-11-23T${time}Z`;
const visitor = { name: 'V1561719148780935', email: 'Petr@Example.ru', city: 'moscow', country: 'RU' };
const property = { id: '58ca8453b8a7e060cd3b1ecb', name: 'Сайт' };

const start = (time: string, type = 'visitor') => ({
  event: 'chat:start',
  chatId: 'c1',
  time: at(time),
  message: { text: 'Есть?', type: 'msg', sender: { type } },
  visitor,
  property,
});
const end = { event: 'chat:end', chatId: 'c1', time: at('10:05:00'), visitor, property };
const transcript = (...messages: object[]) => ({
  event: 'chat:transcript_created',
  time: at('10:08:00'),
  property,
  chat: { id: 'c1', visitor, messages },
});
const said = (t: 'v' | 'a' | 's', time: string, over: object = {}) => ({
  sender: { t, ...(t === 'a' && { n: 'Ольга', id: 'agent-7' }) },
  type: 'msg',
  msg: 'Да',
  time: at(time),
  ...over,
});
const ticket = {
  event: 'ticket:create',
  time: at('10:00:00'),
  property,
  requester: { name: 'Пётр', email: 'petr@example.ru', type: 'visitor' },
  ticket: { id: 't1', humanId: 3, subject: 'Доставка', message: 'Когда привезёте?' },
};

/** One channel, and how tawk.to posts to it. */
function tawk(more = '') {
  const world = new HookDeps(`kind: tawk, secret: ${SECRET}${more}`);
  const post = (body: object) => {
    const text = JSON.stringify(body);
    return world.post(text, signed(text));
  };
  return { world, post };
}

describe('a webhook of tawk.to', () => {
  it('is refused without its signature', async () => {
    const { world } = tawk();
    assert.equal(await world.post(ticket), 401);
    assert.equal(await world.post(ticket, signed('other bytes')), 401);
    assert.deepEqual(world.events, []);
  });

  it('tells the whole chat with its times when it is over, and nothing before', async () => {
    const { world, post } = tawk();
    assert.equal(await post(start('10:00:00')), 200);
    await post(end);
    assert.deepEqual([world.events, world.faults], [[], []]);
    const lines = [
      said('s', '10:00:01'),
      said('v', '10:00:00'),
      said('a', '10:00:30'),
      said('v', '10:01:00'),
    ];
    await post(transcript(...lines));
    assert.deepEqual(world.waits(), ['chat-c1 10:00:00 answered 10:00:30', 'chat-c1 10:01:00 waits']);
    assert.deepEqual(
      world.events.map(({ side, author }) => [side, author.id, author.name]),
      [
        ['client', 'c1', null],
        ['employee', 'agent-7', 'Ольга'],
        ['client', 'c1', null],
      ],
    );
  });

  it('counts what is told twice once, also by a transcript of what is new alone', async () => {
    const { world, post } = tawk();
    await post(transcript(said('v', '10:00:00'), said('a', '10:00:30')));
    await post(transcript(said('v', '10:00:00'), said('a', '10:00:30')));
    await post(transcript(said('v', '10:09:00')));
    assert.deepEqual(world.waits(), ['chat-c1 10:00:00 answered 10:00:30', 'chat-c1 10:09:00 waits']);
  });

  it('an agent whom nobody names is nobody known', async () => {
    const { world, post } = tawk();
    await post(transcript(said('v', '10:00:00'), said('a', '10:00:30', { sender: { t: 'a' } })));
    assert.deepEqual(
      world.events.map(({ side }) => side),
      ['client', 'unknown'],
    );
  });

  it('a file is an answer, an empty message and a call of the agent’s are none', async () => {
    for (const [over, wait] of [
      [{ msg: '', attchs: [{ type: 'file' }] }, 'answered 10:00:30'],
      [{ msg: '', type: 'file' }, 'answered 10:00:30'],
      [{ msg: '' }, 'waits'],
      [{ msg: '', type: 'webrtc-call' }, 'waits'],
    ] as const) {
      const { world, post } = tawk();
      await post(transcript(said('v', '10:00:00'), said('a', '10:00:30', over)));
      assert.deepEqual(world.waits(), [`chat-c1 10:00:00 ${wait}`]);
      assert.deepEqual(world.faults, []);
    }
  });

  it('keeps aside what it cannot read, and takes the rest', async () => {
    const { world, post } = tawk();
    assert.equal(await post(transcript(said('v', '10:00:00'), said('a', '', { time: 'yesterday' }))), 200);
    assert.deepEqual(world.waits(), ['chat-c1 10:00:00 waits']);
    assert.equal(world.faults.length, 1);
    await post({ event: 'chat:telepathy', time: at('10:00:00') });
    assert.equal(world.faults.length, 2);
  });

  it('a ticket is a turn, an agent’s own is none, and what was typed proves nothing', async () => {
    const { world, post } = tawk();
    await post(ticket);
    await post({
      ...ticket,
      ticket: { ...ticket.ticket, id: 't2' },
      requester: { name: 'Ольга', type: 'agent' },
    });
    assert.deepEqual(world.waits(), ['ticket-t1 10:00:00 waits']);
    const [event] = world.events;
    assert.deepEqual(event?.author.typed, { phone: null, email: 'petr@example.ru' });
    assert.deepEqual(world.events.flatMap(handlesOf), []);
  });

  it('makes a turn of its own test', async () => {
    const { world } = tawk();
    assert.equal(await world.postSample(), 200);
    assert.equal(world.events.length, 1);
  });
});

describe('a channel of tawk.to on which a chat waits from its beginning', () => {
  const early = () => tawk(', started: waits');

  it('opens a wait at the client’s first words; what an agent begins is nobody’s turn', async () => {
    const { world, post } = early();
    await post(start('10:00:00', 'agent'));
    assert.deepEqual(world.waits(), []);
    await post(start('10:00:00'));
    assert.deepEqual(world.waits(), ['chat-c1 10:00:00 waits']);
  });

  it('has the true times as soon as the transcript tells them, in either order', async () => {
    const lines = transcript(said('v', '10:00:00'), said('a', '10:00:30'));
    for (const bodies of [
      [start('10:00:00'), lines],
      [lines, start('10:00:00')],
      [lines, start('10:00:00'), lines],
    ]) {
      const { world, post } = early();
      for (const each of bodies) await post(each);
      assert.deepEqual(world.waits(), ['chat-c1 10:00:00 answered 10:00:30']);
    }
  });

  it('raises nothing of an answered chat, though its beginning was told with a later time', async () => {
    const { world, post } = early();
    await post(start('10:00:40'));
    await post(transcript(said('v', '10:00:00'), said('a', '10:00:30')));
    assert.deepEqual(
      world.waits().filter((wait) => wait.endsWith('waits')),
      [],
    );
  });

  it('goes on waiting when the transcript has no answer, or cannot be read', async () => {
    for (const lines of [
      [said('v', '10:00:00')],
      [said('v', '10:00:00', { time: null })],
      [said('s', '10:00:01')],
    ]) {
      const { world, post } = early();
      await post(start('10:00:00'));
      await post(transcript(...lines));
      assert.deepEqual(world.waits(), ['chat-c1 10:00:00 waits']);
    }
  });
});
