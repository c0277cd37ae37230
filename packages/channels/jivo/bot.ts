import { randomUUID } from 'node:crypto';
import { type EpochMs, type Event, HOUR, type Privacy } from '@otklik/domain';
import { z } from 'zod';
import { callProvider, ProviderTrouble } from '../provider/callProvider.ts';
import { messageEvent } from '../provider/messageEvent.ts';
import { unixTime } from '../provider/times.ts';
import type { JivoChannel } from './config.ts';
import { acceptance, acceptanceOver, agentShape, messageId, shown, threadOf, word } from './normalise.ts';

const shape = z.looseObject({
  event: z.string(),
  id: word,
  chat_id: z.union([z.string().min(1), z.number()]).transform(String),
  client_id: word,
  sender: z.looseObject({ name: word }).nullish().catch(null),
  agent: agentShape.nullish().catch(null),
  message: z
    .looseObject({
      type: z.unknown().optional(),
      text: z.string().nullish().catch(null),
      timestamp: z.unknown(),
    })
    .nullish()
    .catch(null),
});

export type BotEvent = z.output<typeof shape>;

/** null if not a Bot API body. */
export const botEventOf = (json: unknown): BotEvent | null => shape.safeParse(json).data ?? null;

/** Neither turn nor answer: the client waits on. */
const NOTHING = new Set(['AGENT_UNAVAILABLE', 'CHAT_CLOSED']);

/**
 * Reads what a bot hears during a chat. Client numbers and message names are the webhooks'.
 * https://www.jivo.ru/docs/bot/ documents AGENT_JOINED and AGENT_MESSAGE; untested, so only certain fields are read.
 */
export function eventsOfBot(
  told: BotEvent,
  channel: JivoChannel,
  privacy: Privacy,
  receivedAt: EpochMs,
): { readonly events: Event[]; readonly faults: string[] } {
  const { event, chat_id: chat, client_id: client = null, sender, agent, message } = told;
  if (NOTHING.has(event)) return { events: [], faults: [] };
  if (event === 'AGENT_JOINED')
    return { events: acceptance(chat, client, agent, channel, receivedAt), faults: [] };
  const at = unixTime(message?.timestamp);
  const seconds = at === null ? null : Math.floor(at / 1_000);
  const attached = message?.type !== 'TEXT';
  const said = { thread: threadOf(client, chat), at, text: shown(message?.text ?? null), attached };
  const nameOf = (by: string): string =>
    seconds === null ? `${chat}/${by}/${told.id ?? receivedAt}` : messageId(chat, by, seconds);
  if (event === 'CLIENT_MESSAGE') {
    const author = { id: client ?? chat, name: sender?.name ?? null };
    const spoken = { ...said, id: nameOf('visitor'), side: 'client', author } as const;
    return { events: [messageEvent(spoken, channel, privacy, receivedAt)], faults: [] };
  }
  if (event === 'AGENT_MESSAGE') {
    const { id = null, name = null, email = null } = agent ?? {};
    const side = id === null ? 'unknown' : 'employee';
    const spoken = { ...said, id: nameOf('agent'), side, author: { id, name, email } } as const;
    return {
      events: [
        messageEvent(spoken, channel, privacy, receivedAt),
        ...acceptanceOver(chat, client, channel, receivedAt),
      ],
      faults: [],
    };
  }
  return { events: [], faults: [`an event of Jivo's Bot API that we do not know: ${event.slice(0, 40)}`] };
}

/** Jivo allows three seconds and two retries, then hands the chat over itself. */
const INVITE_WITHIN_MS = 1_500;
const MOST_INVITED = 10_000;
/** In a longer chat an agent is invited again. */
const INVITED_FOR_MS = HOUR;

/** Keyed by channel and chat. Another process may invite again, harmlessly. */
const invited = new Map<string, EpochMs>();

/**
 * Our bot only invites an agent at the client's first words. On failure the event is kept and Jivo gets no 2xx: after
 * its retries it hands the client over.
 */
export async function invitesAgent(told: BotEvent, channel: JivoChannel, now: EpochMs): Promise<boolean> {
  const { event, chat_id, client_id } = told;
  const name = `${channel.id}\n${chat_id}`;
  if (NOTHING.has(event)) invited.delete(name);
  if (event === 'AGENT_JOINED' || event === 'AGENT_MESSAGE') invited.set(name, now);
  if (event !== 'CLIENT_MESSAGE' || now - (invited.get(name) ?? Number.NEGATIVE_INFINITY) < INVITED_FOR_MS)
    return true;
  if (channel.botProvider === null) return false;
  const { botRoot, botProvider, key } = channel;
  try {
    await callProvider(
      {
        provider: 'Jivo',
        url: `${botRoot}/webhooks/${encodeURIComponent(botProvider.reveal())}/${key.reveal()}`,
        body: { id: randomUUID(), event: 'INVITE_AGENT', client_id, chat_id },
      },
      AbortSignal.timeout(INVITE_WITHIN_MS),
    );
  } catch (error) {
    if (error instanceof ProviderTrouble) return false;
    throw error;
  }
  if (invited.size >= MOST_INVITED) invited.clear();
  invited.set(name, now);
  return true;
}
