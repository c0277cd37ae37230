import type { WhatsappCloudChannel } from '@otklik/config';
import { z } from 'zod';
import type { Outgoing, SendWorld, Sent } from '../channel.ts';
import { callGraph } from './graph.ts';
import { sentName } from './normalise.ts';
import { groupOf, numberName } from './people.ts';
import { storable } from './words.ts';

const answerShape = z.object({ messages: z.array(z.object({ id: z.string() })).min(1) });

/** The client wrote more than 24 hours ago: https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes */
const WINDOW_CLOSED = 131047;
const DEAD_TOKEN = 190;
/** https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages */
const LONGEST_TEXT = 4_096;

/**
 * Sends an employee's words. Meta takes no id of ours: when only its answer got lost, another try says it twice.
 * The id that it gives is kept, so that its word of a failed delivery is understood.
 */
export async function sendByGraph(
  channel: WhatsappCloudChannel,
  { thread, text }: Outgoing,
  { memory, now }: SendWorld,
): Promise<Sent> {
  if (channel.token === null)
    return { outcome: 'refused', problem: 'the channel has no token in otklik.yaml: it only listens' };
  const words = storable(text).trim();
  if (words === '') return { outcome: 'refused', problem: 'the text is empty' };
  if (words.length > LONGEST_TEXT)
    return { outcome: 'refused', problem: `the text is longer than ${LONGEST_TEXT} characters` };
  const sent = await callGraph(channel, `${channel.phoneNumberId}/messages`, {
    messaging_product: 'whatsapp',
    ...(await recipientOf(thread, memory)),
    type: 'text',
    text: { preview_url: false, body: words },
  });
  if (sent.outcome !== 'ok') {
    const { outcome, code, afterMs, problem } = sent;
    return outcome === 'retry' ? { outcome, afterMs, problem } : { outcome, problem: inWords(code, problem) };
  }
  const id = answerShape.safeParse(sent.result).data?.messages[0]?.id;
  // Something was sent, and nobody can say under which id: it must not be sent again.
  if (id === undefined) return { outcome: 'refused', problem: 'Meta took the message and gave no id for it' };
  await memory.remember(new Map([[sentName(id), thread]]), 'history');
  return { outcome: 'sent', id, at: now() };
}

/**
 * A person by the number where there is one, else by the business-scoped id. A group:
 * https://developers.facebook.com/documentation/business-messaging/whatsapp/groups/groups-messaging
 */
async function recipientOf(
  thread: string,
  memory: SendWorld['memory'],
): Promise<Readonly<Record<string, string>>> {
  const group = groupOf(thread);
  if (group !== null) return { recipient_type: 'group', to: group };
  const individual = { recipient_type: 'individual' };
  if (/^\d+$/.test(thread)) return { ...individual, to: thread };
  const name = numberName(thread);
  const number = (await memory.recall([name])).get(name);
  return number === undefined ? { ...individual, recipient: thread } : { ...individual, to: number };
}

function inWords(code: number | null, problem: string): string {
  if (code === WINDOW_CLOSED)
    return 'the client wrote more than 24 hours ago, and WhatsApp takes only approved templates then: write or call by another way';
  if (code === DEAD_TOKEN)
    return 'Meta does not take the access token any more: make a new one and put it into the config';
  return problem;
}
