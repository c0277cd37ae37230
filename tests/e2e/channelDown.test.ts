import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { startFakeTelegram } from '../fakes/telegram/startFakeTelegram.ts';
import { startOtklik, startReceiver } from './otklik.ts';

it('the company hears of a channel whose token has died, once', async () => {
  const telegram = await startFakeTelegram();
  telegram.addBot('700001:clients');
  const receiver = await startReceiver();
  const otklik = await startOtklik({
    config: `
version: 1
people: [{ id: anna, name: Анна }]
channels: [{ id: bot, kind: telegram, owner: anna, token: "700001:clients", api_root: "${telegram.apiRoot}" }]
notify: { webhook: { url: "${receiver.url}", secret: ${receiver.secret} } }
`,
  });
  try {
    const heard = (type: string) => receiver.arrived.filter((notice) => notice.type === type);
    await until(() => heard('channel.up').length === 1, { what: 'the channel is up' });
    telegram.revoke('700001:clients');
    await until(() => heard('channel.down').length === 1, { timeoutMs: 40_000, what: 'the channel is down' });
    assert.equal(heard('channel.down')[0]?.data.channel, 'bot');
    assert.match(String(heard('channel.down')[0]?.data.problem), /./);
  } finally {
    await otklik.stop();
    receiver.close();
    await telegram.close();
  }
});
