import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Received } from '../../channel.ts';
import type { Config } from '../../registry.ts';
import { contractConfig } from '../../testing/contractConfig.ts';
import { TestMemory } from '../../testing/testMemory.ts';
import type { WhatsappCloudChannel } from '../config.ts';
import { receiveMeta } from '../receive.ts';

const APP_SECRET = 'the-secret-of-the-app-of-this-test';

const config = contractConfig(`
version: 1
privacy: { text: full }
people: [{ id: olga, name: Ольга }]
channels:
  - { id: wa, kind: whatsapp_cloud, owner: olga, phone_number_id: "5560001", app_secret: "${APP_SECRET}", verify_token: only-meta-and-we-know-this, auto_replies: ["Мы ответим вам утром."] }
  - { id: wa2, kind: whatsapp_cloud, owner: olga, phone_number_id: "5560002", app_secret: "${APP_SECRET}", verify_token: only-meta-and-we-know-this }
`);

export const RECEIVED_AT = 1_795_410_300_000;

export const cloudSample = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../samples/${name}.json`, import.meta.url), 'utf8'));

/** A posted-to channel with its memory. */
export class CloudWorld {
  readonly config: Config = config;
  readonly memories = new Map<string, TestMemory>();

  get channel(): WhatsappCloudChannel {
    const channel = config.channels.get('wa');
    if (channel?.kind !== 'whatsapp_cloud') throw new Error('no such channel');
    return channel;
  }

  memory(channel = 'wa'): TestMemory {
    const memory = this.memories.get(channel) ?? new TestMemory();
    this.memories.set(channel, memory);
    return memory;
  }

  post(body: unknown, headers: Record<string, string> | null = null): Promise<Received> {
    const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const signature = `sha256=${createHmac('sha256', APP_SECRET).update(raw).digest('hex')}`;
    const request = {
      path: '',
      query: {},
      headers: headers ?? { 'x-hub-signature-256': signature },
      body: raw,
      receivedAt: RECEIVED_AT,
    };
    const memoryOf = (channel: string) => this.memory(channel);
    return receiveMeta(this.channel, request, { config, memory: this.memory(), memoryOf });
  }
}
