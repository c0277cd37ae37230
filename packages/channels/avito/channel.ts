import { type Config, channelsOf } from '@otklik/config';
import { z } from 'zod';
import type { Channel, Feed, Finding } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { forged, hasKey, NO_KEY, readJson, taken } from '../provider/hook.ts';
import { RECONCILE_PACE, type ReconcilePace, reconcile } from '../provider/reconcile.ts';
import { callAvito } from './api.ts';
import { type AvitoChannel, avitoKind } from './config.ts';
import { eventsOfHook } from './normalise.ts';
import { pollAvito } from './poll.ts';
import { AVITO_CARRIES, sendToAvito } from './send.ts';

/** The webhook wants an answer within two seconds and is not repeated. */
export const avitoChannel: Channel<AvitoChannel> = {
  config: avitoKind,
  receive(channel, request, { config }) {
    if (!hasKey(request, channel.key.reveal())) return forged('Avito', NO_KEY);
    const { events, faults } = eventsOfHook(
      readJson(request.body),
      channel,
      config.privacy,
      request.receivedAt,
    );
    return taken(events, faults, { status: 200, body: { ok: true } });
  },
  sample: (channel, { now }) => ({
    method: 'POST',
    path: `?key=${channel.key.reveal()}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      id: `otklik-test-${now}`,
      version: 'v3.0.0',
      timestamp: Math.floor(now / 1_000),
      payload: {
        type: 'message',
        value: {
          id: `otklik-test-${now}`,
          chat_id: 'otklik-test',
          user_id: Number(channel.userId),
          author_id: 2,
          created: Math.floor(now / 1_000),
          type: 'text',
          chat_type: 'u2u',
          content: { text: 'Проверка канала / channel test' },
        },
      },
    }),
  }),
  feeds: (config) =>
    channelsOf(config, avitoKind).map((channel) => avitoFeed(channel, config, RECONCILE_PACE)),
  send: sendToAvito,
  carries: () => AVITO_CARRIES,
  check: checkAvito,
};

export function avitoFeed(channel: AvitoChannel, config: Config, pace: ReconcilePace): Feed {
  return {
    name: `avito:${channel.userId}`,
    channel: channel.id,
    fingerprint: JSON.stringify([
      channel.id,
      channel.clientId,
      channel.clientSecret.reveal(),
      channel.key.reveal(),
      channel.apiRoot,
      channel.calls,
      channel.reviews,
      config.publicUrl,
    ]),
    start: (deps) =>
      reconcile(pollAvito(channel, config, deps), deps, pace, (event) => event.kind === 'message'),
  };
}

const selfShape = z.looseObject({ id: z.union([z.number(), z.string()]).transform(String) });

async function checkAvito(channel: AvitoChannel): Promise<Finding[]> {
  try {
    const { data } = selfShape.safeParse(
      await callAvito(channel, '/core/v1/accounts/self', null, new AbortController().signal),
    );
    return data?.id === channel.userId
      ? [
          {
            level: 'fine',
            said: {
              ru: 'ключ принят, аккаунт тот самый',
              en: 'the key is taken, and the account is the right one',
            },
          },
        ]
      : [
          {
            level: 'fault',
            said: {
              ru: `ключ от аккаунта ${data?.id ?? '?'}, а в настройках user_id ${channel.userId}`,
              en: `the key belongs to account ${data?.id ?? '?'}, the config says user_id ${channel.userId}`,
            },
          },
        ];
  } catch (error) {
    if (!(error instanceof ProviderTrouble)) throw error;
    return [{ level: 'fault', said: error.said }];
  }
}
