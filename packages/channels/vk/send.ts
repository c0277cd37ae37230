import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Channel } from '../channel.ts';
import { ProviderTrouble } from '../provider/callProvider.ts';
import { editBy, sendBy } from '../provider/sendBy.ts';
import { callVk } from './api.ts';
import type { VkChannel } from './config.ts';
import { messageName } from './normalise.ts';
import { uploadToVk } from './upload.ts';

const LONGEST_TEXT = 4_096;
const handleShape = z.object({ peer: z.number(), cmid: z.number(), attachment: z.string().optional() });
type Handle = z.infer<typeof handleShape>;
const sentShape = z.array(z.looseObject({ peer_id: z.number(), conversation_message_id: z.number() })).min(1);
/** Stable across retries, so VK sends once. */
const randomId = (id: string): number => createHash('sha256').update(id).digest().readInt32BE(0);

/** Into chats; comments are answered in VK itself. */
export const sendByVk: NonNullable<Channel<VkChannel>['send']> = (
  channel,
  { id, thread, text, file },
  { now },
) =>
  sendBy({ text, ...(file && { file }) }, LONGEST_TEXT, now, async (words) => {
    if (!/^\d+$/.test(thread))
      throw new ProviderTrouble(
        {
          ru: 'на комментарии отвечают в самом ВКонтакте',
          en: 'comments are answered in VK itself',
        },
        { status: 400 },
      );
    const { signal } = new AbortController();
    const attachment = file && (await uploadToVk(channel, thread, file, signal));
    const params = {
      peer_ids: thread,
      message: words,
      random_id: randomId(id),
      group_id: channel.groupId,
      ...(attachment && { attachment }),
    };
    const answered = await callVk(channel, 'messages.send', params, signal);
    const sent = sentShape.safeParse(answered).data?.[0];
    if (!sent)
      throw new ProviderTrouble(
        { ru: 'VK не назвал номер сообщения', en: 'VK gave no id for the message' },
        { status: 400 },
      );
    const { peer_id: peer, conversation_message_id: cmid } = sent;
    return {
      id: messageName(peer, cmid),
      handle: JSON.stringify({ peer, cmid, attachment } satisfies Handle),
    };
  });

/** Within a day; attachments must be named again: https://dev.vk.com/method/messages.edit */
export const editByVk: NonNullable<Channel<VkChannel>['edit']> = (channel, { handle, text }) =>
  editBy(text, LONGEST_TEXT, (words) => {
    const { peer, cmid, attachment } = handleShape.parse(JSON.parse(handle));
    const params = {
      peer_id: peer,
      cmid,
      message: words,
      group_id: channel.groupId,
      ...(attachment !== undefined && { attachment }),
    };
    return callVk(channel, 'messages.edit', params, new AbortController().signal);
  });
