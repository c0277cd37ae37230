import { channelOf } from '@otklik/channels';
import type { ChannelBase } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { contractConfig } from '../../../packages/channels/testing/contractConfig.ts';

const KEY = 'the-key-in-the-address';
const SECRET = 'the-secret-of-this-test';

/** One channel of each kind that gets posts and whose reading needs no database. */
export const postedChannels = ({ rate = 200 }: { rate?: number } = {}) =>
  contractConfig(`
version: 1
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels:
${ENTRIES.map((entry) => `  - { ${entry}, owner: olga, rate: ${rate} }`).join('\n')}
`);

const ENTRIES = [
  `id: mango, kind: phone, provider: mango, account: a-key, secret: ${SECRET}`,
  `id: zadarma, kind: phone, provider: zadarma, account: a-key, secret: ${SECRET}`,
  `id: uis, kind: phone, provider: uis, key: ${KEY}`,
  `id: megafon, kind: phone, provider: megafon, secret: ${SECRET}`,
  `id: beeline, kind: phone, provider: beeline, key: ${KEY}, token: ${SECRET}`,
  `id: sipuni, kind: phone, provider: sipuni, key: ${KEY}`,
  `id: onlinepbx, kind: phone, provider: onlinepbx, key: ${KEY}, account: pbx.example.ru, token: ${SECRET}`,
  `id: twilio, kind: phone, provider: twilio, account: ACtest, secret: ${SECRET}`,
  `id: avito, kind: avito, user_id: "111", client_id: cl, client_secret: ${SECRET}, key: ${KEY}`,
  `id: vk, kind: vk, group_id: "1", token: the-token, secret: ${SECRET}, confirmation: abc`,
  `id: max, kind: max, token: the-token, secret: ${SECRET}`,
  `id: messenger, kind: meta, platform: messenger, account_id: "900", app_secret: ${SECRET}, verify_token: only-we-know`,
  `id: instagram, kind: meta, platform: instagram, account_id: "901", app_secret: ${SECRET}, verify_token: only-we-know`,
  `id: ok, kind: ok, token: the-token, key: ${KEY}`,
  `id: jivo, kind: jivo, key: ${KEY}`,
  `id: tawk, kind: tawk, secret: ${SECRET}`,
  `id: sms, kind: sms, key: ${KEY}`,
  `id: script, kind: webhook, secret: ${SECRET}`,
];

/** Posts a client's turn as the channel's provider would. */
export async function postSample(base: string, channel: ChannelBase, now: EpochMs): Promise<Response> {
  const config = postedChannels();
  const sample = channelOf(channel).sample?.(channel, { config, now });
  if (!sample) throw new Error(`${channel.id} has no sample`);
  const { method, path, headers, body } = sample;
  return fetch(`${base}/hooks/${channel.id}${path}`, {
    method,
    headers,
    ...(method === 'POST' && { body }),
  });
}
