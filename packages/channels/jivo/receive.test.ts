import assert from 'node:assert/strict';
import { handlesOf } from '@otklik/domain';
import { describe, it } from 'vitest';
import { HookDeps } from '../testing/hookWorld.ts';

const KEY = 'the-key-of-this-test-1';
const at = (time: string): number => Date.parse(`2026-11-23T${time}Z`) / 1_000;
const visitor = { name: 'Пётр', number: '42', phone: '79991112233' };

describe('a webhook of Jivo', () => {
  const world = () => new HookDeps(`kind: jivo, key: ${KEY}`);
  const keyed = { path: `?key=${KEY}` };

  const chat = (chat_id: number, ...messages: object[]) => ({
    event_name: 'chat_finished',
    chat_id,
    visitor,
    agents: [{ id: '7', name: 'Ольга', email: 'olga@example.ru' }],
    chat: { messages },
  });
  const said = (type: string, time: string, message = 'Есть?') => ({
    type,
    timestamp: at(time),
    message,
    agent_id: type === 'agent' ? 7 : undefined,
  });

  it('opens no wait when an agent accepts a chat: whether they answer nobody tells', async () => {
    const jivo = world();
    await jivo.post({ event_name: 'chat_accepted', chat_id: 100, visitor, agent: { id: '7' } }, keyed);
    assert.deepEqual(jivo.waits(), []);
    assert.deepEqual(jivo.answer, { result: 'ok' });
  });

  it('takes the acceptance for the answer until the chat is over, and then what was said', async () => {
    const accepted = { event_name: 'chat_accepted', chat_id: 6, visitor, agent: { id: '7' } };
    const left = { event_name: 'offline_message', offline_message_id: 1, visitor };
    for (const [end, wait] of [
      [chat(6, said('agent', '11:00:00')), 'answered 11:00:00'],
      [chat(6), 'waits'],
    ] as const) {
      const jivo = world();
      await jivo.post(left, keyed);
      await jivo.post(accepted, keyed);
      assert.deepEqual(jivo.waits(), ['visitor-42 11:00:00 answered 11:00:00']);
      await jivo.post(end, keyed);
      assert.deepEqual(jivo.waits(), [`visitor-42 11:00:00 ${wait}`]);
      // In any order, and repeated.
      await jivo.post(accepted, keyed);
      assert.deepEqual(jivo.waits(), [`visitor-42 11:00:00 ${wait}`]);
    }
  });

  it('takes the acceptance for nothing where only words answer', async () => {
    const jivo = new HookDeps(`kind: jivo, key: ${KEY}, accepted: waits`);
    await jivo.post({ event_name: 'offline_message', offline_message_id: 1, visitor }, keyed);
    await jivo.post({ event_name: 'chat_accepted', chat_id: 6, visitor, agent: { id: '7' } }, keyed);
    await jivo.post(chat(6), keyed);
    assert.deepEqual([jivo.waits(), jivo.events.length], [['visitor-42 11:00:00 waits'], 1]);
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
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 answered 10:00:30', 'visitor-42 10:01:00 waits']);
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
    assert.deepEqual(jivo.waits(), ['visitor-42 11:00:00 waits', '+79991112233 11:00:00 waits']);
  });

  it('lets nobody be taken for the owner of a number that they typed, but has it dialled', async () => {
    const jivo = world();
    await jivo.post({ event_name: 'offline_message', offline_message_id: 1, visitor }, keyed);
    await jivo.post(chat(6, said('visitor', '10:00:00')), keyed);
    const [left, written] = jivo.events;
    assert.deepEqual([left?.author.phone, written?.author.phone], [null, null]);
    assert.deepEqual(left?.author.typed, { phone: '+79991112233', email: null });
    assert.deepEqual(jivo.events.flatMap(handlesOf), []);
    assert.equal(left?.kind === 'message' && left.link, 'tel:+79991112233');
  });

  it('closes an offline message by the answer in the visitor’s next chat', async () => {
    const jivo = world();
    await jivo.post({ event_name: 'offline_message', offline_message_id: 1, chat_id: 5, visitor }, keyed);
    await jivo.post(chat(6, said('agent', '11:00:00')), keyed);
    assert.deepEqual(jivo.waits(), ['visitor-42 11:00:00 answered 11:00:00']);
  });

  it('loses nothing when a chat is over twice, and counts what is told twice once', async () => {
    const jivo = world();
    const before = [said('visitor', '10:00:00'), said('agent', '10:00:20')];
    await jivo.post(chat(6, ...before), keyed);
    await jivo.post(chat(6, said('visitor', '10:30:00')), keyed);
    await jivo.post(chat(6, ...before, said('visitor', '10:30:00')), keyed);
    assert.deepEqual(jivo.waits(), ['visitor-42 10:00:00 answered 10:00:20', 'visitor-42 10:30:00 waits']);
  });

  it('names who answered, and takes no notice that text is hidden for text', async () => {
    const jivo = world();
    await jivo.post(chat(6, said('agent', '10:00:00', '<Message text is not displayed here>')), keyed);
    const [event] = jivo.events;
    assert.deepEqual(event?.author, { id: '7', name: 'Ольга', phone: null, email: 'olga@example.ru' });
    assert.equal(event?.kind === 'message' && event.text, null);
  });

  const call = (type: string, status: string, chat_id: number) => ({
    event_name: 'call_event',
    chat_id,
    agent: { id: '7' },
    call: { type, status, phone: '79991112233' },
  });

  it('takes an ordered call-back that nobody made for a missed call, and one that was made for an answer', async () => {
    for (const [last, wait] of [
      ['error', 'waits'],
      ['client_connected', 'answered 11:00:00'],
    ] as const) {
      const jivo = world();
      await jivo.post(call('callback', 'start', 1), keyed);
      await jivo.post(call('callback', 'agent_connected', 1), keyed);
      assert.deepEqual(jivo.waits(), ['+79991112233 11:00:00 waits']);
      await jivo.post(call('callback', last, 1), keyed);
      assert.deepEqual(jivo.waits(), [`+79991112233 11:00:00 ${wait}`]);
    }
  });

  it('takes the number of an ordered call-back for typed, until somebody has answered at it', async () => {
    const jivo = world();
    await jivo.post(call('callback', 'start', 1), keyed);
    await jivo.post(call('callback', 'error', 1), keyed);
    assert.deepEqual(jivo.events.flatMap(handlesOf), []);
    assert.deepEqual(
      jivo.events.map(({ author }) => author.phone),
      [null, null],
    );
    await jivo.post(call('callback', 'start', 2), keyed);
    await jivo.post(call('callback', 'client_connected', 2), keyed);
    assert.deepEqual(jivo.events.flatMap(handlesOf), [{ kind: 'phone', value: '+79991112233' }]);
    await jivo.post(call('incoming', 'start', 3), keyed);
    assert.equal(jivo.events.flatMap(handlesOf).length, 2, 'who rings has the number');
  });

  it('takes a call back within five minutes of the missed one for its answer', async () => {
    const jivo = world();
    await jivo.post(call('incoming', 'start', 1), keyed);
    await jivo.post(call('incoming', 'error', 1), keyed);
    await jivo.post(call('outgoing', 'start', 1), keyed);
    await jivo.post(call('outgoing', 'client_connected', 1), keyed);
    assert.deepEqual(jivo.waits(), ['+79991112233 11:00:00 answered 11:00:00']);
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
