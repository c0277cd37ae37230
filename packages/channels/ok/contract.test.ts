import assert from 'node:assert/strict';
import { it } from 'vitest';
import { startChatProvider } from '../testing/chatProvider.ts';
import { channelContract } from '../testing/contract.ts';
import { HookDeps } from '../testing/hookWorld.ts';
import { okScript } from './testing/script.ts';

channelContract('ok', () => startChatProvider(okScript));

it('a forged address is refused, a colleague’s own name is no client’s, and a test is understood', async () => {
  const ok = new HookDeps('kind: ok, token: the-token, key: the-key-of-this-test-1, staff: ["77"]');
  const message = (user: string) => ({
    sender: { user_id: user },
    recipient: { chat_id: 'chat:C1' },
    message: { text: 'Привет', seq: 1, mid: `mid:${user}` },
    timestamp: Date.parse('2026-11-23T10:00:00Z'),
  });
  const keyed = { path: '?key=the-key-of-this-test-1' };
  assert.equal(await ok.post(message('user:55'), { path: '?key=another-key-of-16-x' }), 401);
  await ok.post(message('user:55'), keyed);
  await ok.post(message('user:77'), keyed);
  await ok.post(message('group:1'), keyed);
  assert.deepEqual(ok.told(), [
    'message client chat:C1 mid:user:55 10:00:00',
    'message employee chat:C1 mid:user:77 10:00:00',
    'message unknown chat:C1 mid:group:1 10:00:00',
  ]);
  assert.equal(await ok.postSample(), 200);
  assert.equal(ok.faults.length, 0);
});

it('a client’s press of a button is their turn, a colleague’s nobody’s', async () => {
  const ok = new HookDeps('kind: ok, token: the-token, key: the-key-of-this-test-1, staff: ["77"]');
  for (const user of ['user:55', 'user:77'])
    await ok.post(
      {
        webhookType: 'MESSAGE_CALLBACK',
        callbackId: `c-${user}`,
        payload: 'order',
        sender: { user_id: user, name: 'Иван' },
        recipient: { chat_id: 'chat:C1' },
        mid: 'mid:1',
        timestamp: Date.parse('2026-11-23T10:00:00Z'),
      },
      { path: '?key=the-key-of-this-test-1' },
    );
  assert.deepEqual([ok.told(), ok.faults], [['message client chat:C1 press/c-user:55 10:00:00'], []]);
});
