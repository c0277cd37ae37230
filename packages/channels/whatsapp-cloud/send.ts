import type { WhatsappCloudChannel } from '@otklik/config';
import { z } from 'zod';
import type { Outgoing, Said, SendWorld, Sent } from '../channel.ts';
import { EMPTY_TEXT, tooLong, unsent } from '../provider/unsent.ts';
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
    return unsent({
      ru: 'у канала нет token в otklik.yaml: он только слушает',
      en: 'the channel has no token in otklik.yaml: it only listens',
    });
  const words = storable(text).trim();
  if (words === '') return EMPTY_TEXT;
  if (words.length > LONGEST_TEXT) return tooLong(LONGEST_TEXT);
  const sent = await callGraph(channel, `${channel.phoneNumberId}/messages`, {
    messaging_product: 'whatsapp',
    ...(await recipientOf(thread, memory)),
    type: 'text',
    text: { preview_url: false, body: words },
  });
  if (sent.outcome !== 'ok') {
    const { outcome, code, afterMs, problem } = sent;
    if (outcome === 'retry') return { outcome, afterMs, problem };
    const said = code === null ? undefined : REFUSALS.get(code);
    return said ? unsent(said) : { outcome, problem };
  }
  const id = answerShape.safeParse(sent.result).data?.messages[0]?.id;
  // Something was sent, and nobody can say under which id: it must not be sent again.
  if (id === undefined)
    return unsent({
      ru: 'Meta приняла сообщение, но не подтвердила его: посмотрите в самом чате, дошло ли оно',
      en: 'Meta took the message and gave no id for it: look in the chat itself whether it arrived',
    });
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

const REFUSALS: ReadonlyMap<number, Said> = new Map([
  [
    WINDOW_CLOSED,
    {
      ru: 'клиент писал больше 24 часов назад, и WhatsApp принимает теперь только шаблоны: напишите или позвоните иначе',
      en: 'the client wrote more than 24 hours ago, and WhatsApp takes only approved templates then: write or call by another way',
    },
  ],
  [
    DEAD_TOKEN,
    {
      ru: 'Meta больше не принимает токен: выпустите новый и впишите в otklik.yaml',
      en: 'Meta does not take the access token any more: make a new one and put it into the config',
    },
  ],
]);
