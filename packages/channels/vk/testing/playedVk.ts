import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../../registry.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import type { VkChannel } from '../config.ts';

/** An error answer. */
export const vkError = (code: number): object => ({ error: { error_code: code, error_msg: 'refused' } });
export const vkList = (items: readonly object[]): object => ({ response: { count: items.length, items } });

type Answer = (params: URLSearchParams) => object;

/** A scripted VK; other methods return empty lists. `asked`: requests in order. */
export async function playVk(
  keys: string,
  answers: Readonly<Record<string, Answer>>,
): Promise<{
  readonly channel: VkChannel;
  readonly config: Config;
  readonly asked: string[];
  close(): void;
}> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://vk');
    const method = url.pathname.replace('/method/', '');
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    for (const [name, value] of url.searchParams) form.set(name, value);
    form.set('host', request.headers.host ?? '');
    asked.push(method);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answers[method]?.(form) ?? vkList([])));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const config = contractConfig(`
version: 1
public_url: https://otklik.example.ru
people: [{ id: olga, name: Ольга }]
channels: [{ id: vk, kind: vk, owner: olga, group_id: "1", token: the-token, ${keys}, api_root: "http://127.0.0.1:${(server.address() as AddressInfo).port}" }]
`);
  const channel = config.channels.get('vk');
  if (channel?.kind !== 'vk') throw new Error('no such channel');
  return {
    channel,
    config,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
