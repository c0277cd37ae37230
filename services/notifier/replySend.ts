import {
  carriedAs,
  channelOf,
  type Edited,
  fetchStaffFile,
  MOST_FROM_TELEGRAM,
  type NotCarried,
  type Sent,
  type StaffFile,
} from '@otklik/channels';
import type { ChannelBase, Config } from '@otklik/config';
import type { EpochMs, LocalizedText } from '@otklik/domain';
import { type ClaimedReply, channelMemory, type Store } from '@otklik/store';
import { CHANNEL_GONE, fileTextsOf } from '@otklik/texts';
import { editViaListener, viaListener } from './viaListener.ts';

interface SendingDeps {
  config(): Config;
  readonly store: Store;
  now(): EpochMs;
}

type StaffReply = ClaimedReply<StaffFile>;

export async function sendReply(
  channel: ChannelBase | undefined,
  reply: StaffReply,
  { store, now, config }: SendingDeps,
): Promise<Sent> {
  const kind = channel && channelOf(channel);
  if (!channel || !kind?.send) return refused(CHANNEL_GONE);
  const { id, thread, text, file } = reply;
  const words = { id, thread, text };
  const deps = { memory: channelMemory(store, channel.id), now };
  if (file === null)
    return kind.send(channel, words, { ...deps, viaListener: () => viaListener(store, reply, null) });
  const way = wayOf(file, channel);
  if (!('as' in way)) return refused(whyNot(way, channel));
  const carried = { ...file, kind: way.as };
  if (kind.sendsByListener)
    return kind.send(channel, words, {
      ...deps,
      viaListener: () => viaListener(store, reply, carried),
    });
  const fetched = await fetchStaffFile(config().notify, carried);
  if (fetched.outcome !== 'got') return fetched;
  // Telegram need not tell the size.
  const measured = wayOf({ ...file, size: fetched.file.bytes.length }, channel);
  if (!('as' in measured)) return refused(whyNot(measured, channel));
  const whole = { ...words, file: { ...fetched.file, kind: measured.as } };
  return kind.send(channel, whole, { ...deps, viaListener: () => Promise.reject(new Error('no listener')) });
}

const wayOf = (file: StaffFile, channel: ChannelBase) =>
  carriedAs(file, channelOf(channel).carries?.(channel));

const whyNot = (why: NotCarried, { name }: ChannelBase): LocalizedText => ({
  ru: fileTextsOf('ru', MOST_FROM_TELEGRAM).whyNotCarried(why, name),
  en: fileTextsOf('en', MOST_FROM_TELEGRAM).whyNotCarried(why, name),
});

export async function editSent(reply: StaffReply, { config, store, now }: SendingDeps): Promise<Edited> {
  const { thread, handle, text } = reply;
  const id = `${reply.id}:${reply.edits}`;
  const channel = config().channels.get(reply.channel);
  const edit = channel && channelOf(channel).edit;
  if (!channel || !edit || handle === null) return refused(CHANNEL_GONE);
  return edit(
    channel,
    { id, thread, handle, text },
    {
      memory: channelMemory(store, channel.id),
      now,
      viaListener: () => editViaListener(store, reply, id),
    },
  );
}

const refused = (said: LocalizedText) => ({ outcome: 'refused', problem: said.en, said }) as const;
