import type { Channel, Finding, HookRequest, Received } from '../channel.ts';
import { forged, hasKey, readJson, sameSecret, taken } from '../provider/hook.ts';
import { botEventOf, eventsOfBot, invitesAgent } from './bot.ts';
import { type JivoChannel, jivoKind } from './config.ts';
import { eventsOfJivo } from './normalise.ts';

/** Webhooks are not repeated and there is no list; the bot hears each message, with up to three tries. */
export const jivoChannel: Channel<JivoChannel> = {
  config: jivoKind,
  takesPaths: true,
  async receive(channel, request, { config }): Promise<Received> {
    if (!isTheirs(request, channel)) return forged('Jivo', NO_KEY);
    const json = readJson(request.body);
    const told = botEventOf(json);
    if (told === null) {
      const { events, faults } = eventsOfJivo(json, channel, config.privacy, request.receivedAt);
      return taken(events, faults, { status: 200, body: { result: 'ok' } });
    }
    const { events, faults } = eventsOfBot(told, channel, config.privacy, request.receivedAt);
    const isInvited = await invitesAgent(told, channel, request.receivedAt);
    return taken(events, faults, isInvited ? { status: 200, body: {} } : NOT_INVITED);
  },
  sample: ({ key }, { now }) => ({
    method: 'POST',
    path: `?key=${key.reveal()}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      event_name: 'offline_message',
      offline_message_id: `otklik-test-${now}`,
      message: 'Проверка канала / channel test',
      visitor: { name: 'Otklik', number: 'otklik-test' },
    }),
  }),
  check: async ({ botProvider }): Promise<Finding[]> => [botProvider === null ? WITHOUT_BOT : WITH_BOT],
};

/** Webhooks have the key in the query, a bot's address ends with it. */
const isTheirs = (request: HookRequest, { key }: JivoChannel): boolean =>
  request.path === '' ? hasKey(request, key.reveal()) : sameSecret(request.path.slice(1), key.reveal());

const NO_KEY =
  'The address lacks ?key=… (of webhooks) or /… (of the bot), or the key is not the one of otklik.yaml.';

/** Makes Jivo hand the client over. */
const NOT_INVITED = { status: 503, body: { error: { code: 'agent_not_invited' } } };

const WITHOUT_BOT: Finding = {
  level: 'gap',
  said: {
    ru: 'без бота (bot_provider) чат виден, только когда он закончился: клиент, которому не отвечают, не попадёт в напоминание',
    en: 'without a bot (bot_provider) a chat is seen only when it is over: nobody is pinged about a client who gets no answer in it',
  },
};
const WITH_BOT: Finding = {
  level: 'fine',
  said: {
    ru: 'бот настроен; что Jivo зовёт оператора, видно по первому сообщению в чате',
    en: 'the bot is configured; the first message in a chat shows whether Jivo invites an agent',
  },
};
