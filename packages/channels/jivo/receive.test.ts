import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HookWorld } from '../testing/hookWorld.ts';

const KEY = 'the-key-of-this-test-1';
const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`) / 1_000;
const visitor = { name: 'Пётр', number: '42', phone: '79991112233' };

describe('a webhook of Jivo', () => {
  const world = () => new HookWorld(`kind: jivo, key: ${KEY}`);
  const keyed = { path: `?key=${KEY}` };

  it('opens no wait when an agent accepts a chat: whether they answer nobody tells', async () => {
    const jivo = world();
    await jivo.post({ event_name: 'chat_accepted', chat_id: 100, visitor, agent: { id: '7' } }, keyed);
    assert.deepEqual(jivo.events, []);
    assert.deepEqual(jivo.answer, { result: 'ok' });
  });

  it('tells the whole chat with its seconds when it is over', async () => {
    const jivo = world();
    const messages = [
      { message: 'Есть?', timestamp: at('10:00:00'), type: 'visitor' },
      { message: 'Вам ответят', timestamp: at('10:00:01'), type: 'system' },
      { message: 'Да', timestamp: at('10:00:30'), type: 'agent', agent_id: '7' },
      { message: 'А завтра?', timestamp: at('10:01:00'), type: 'visitor' },
    ];
    await jivo.post(
      { event_name: 'chat_finished', chat_id: 100, visitor, agents: [{ id: '7' }], chat: { messages } },
      keyed,
    );
    assert.deepEqual(jivo.waits(), ['chat-100 10:00:00 answered 10:00:30', 'chat-100 10:01:00 waits']);
    assert.equal(jivo.events[0]?.author.phone, '+79991112233');
  });

  it('takes an offline message for a turn, and a call that nobody took for a missed one', async () => {
    const jivo = world();
    await jivo.post(
      { event_name: 'offline_message', offline_message_id: 1, message: 'Перезвоните', visitor },
      keyed,
    );
    await jivo.post(
      { event_name: 'call_event', call: { type: 'incoming', phone: '79991112233', status: 'start' } },
      keyed,
    );
    await jivo.post(
      { event_name: 'call_event', call: { type: 'incoming', phone: '79991112233', status: 'error' } },
      keyed,
    );
    assert.deepEqual(jivo.waits(), ['chat-offline/1 11:00:00 waits', '+79991112233 11:00:00 waits']);
  });

  it('is refused without the key, keeps aside what it does not know, and understands its own test', async () => {
    const jivo = world();
    assert.equal(await jivo.post({ event_name: 'offline_message' }), 401);
    assert.equal(await jivo.post({ event_name: 'telepathy' }, keyed), 200);
    assert.equal(jivo.faults.length, 1);
    assert.equal(await jivo.postSample(), 200);
    assert.equal(jivo.events.length, 1);
  });
});
