import { createHmac } from 'node:crypto';
import type { Secret } from '@otklik/config';
import type { Channel, Finding, Received } from '../channel.ts';
import { forged, readJson, sameSecret, taken } from '../provider/hook.ts';
import { type TawkChannel, tawkKind } from './config.ts';
import { eventsOfTawk } from './normalise.ts';

/**
 * A site chat of tawk.to. It repeats for 12 hours what gets no 2xx within 30 seconds, and has no list of chats.
 * https://developer.tawk.to/webhooks/
 */
export const tawkChannel: Channel<TawkChannel> = {
  config: tawkKind,
  repeats: true,
  async receive(channel, request, { config }): Promise<Received> {
    const signature = signatureOf(channel.secret, request.body);
    if (!sameSecret(request.headers[SIGNATURE], signature)) return forged('tawk.to', FORGED);
    const read = eventsOfTawk(readJson(request.body), channel, config.privacy, request.receivedAt);
    return taken(read.events, read.faults, { status: 200, body: {} });
  },
  sample({ secret }, { now }) {
    const body = JSON.stringify({
      event: 'ticket:create',
      time: new Date(now).toISOString(),
      requester: { name: 'Otklik', type: 'visitor' },
      ticket: {
        id: `otklik-test-${now}`,
        humanId: 0,
        subject: 'Otklik',
        message: 'Проверка канала / channel test',
      },
    });
    const headers = { 'content-type': 'application/json', [SIGNATURE]: signatureOf(secret, body) };
    return { method: 'POST', path: '', headers, body };
  },
  check: async ({ started }): Promise<Finding[]> => [started === 'waits' ? EARLY : LATE],
};

const SIGNATURE = 'x-tawk-signature';
const FORGED = 'The header X-Tawk-Signature is missing, or was not made with the secret of otklik.yaml.';

/** HMAC-SHA1 of the bytes, in hexadecimal. */
const signatureOf = (secret: Secret, body: string | Buffer): string =>
  createHmac('sha1', secret.reveal()).update(body).digest('hex');

const LATE: Finding = {
  level: 'gap',
  said: {
    ru: 'чат виден, только когда он закончился: клиент, которому не ответили, попадёт в напоминание с опозданием на несколько минут (started: waits — сразу, но и о чатах, где отвечают)',
    en: 'a chat is seen only when it is over: who got no answer in it is pinged some minutes late (started: waits pings at once, but about answered chats too)',
  },
};
const EARLY: Finding = {
  level: 'gap',
  said: {
    ru: 'ответ виден, только когда чат закончился: о каждом чате длиннее срока придёт напоминание, хотя клиенту отвечают',
    en: 'an answer is seen only when the chat is over: every chat that is longer than the window is pinged although the client gets answers',
  },
};
