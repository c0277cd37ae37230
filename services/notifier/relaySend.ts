import {
  carriedAs,
  channelOf,
  type Edited,
  fetchStaffFile,
  type LocalizedText,
  type NotCarried,
  type Sent,
  type StaffFile,
} from '@otklik/channels';
import type { ChannelBase, Config } from '@otklik/config';
import type { EpochMs } from '@otklik/domain';
import { type ClaimedRelay, channelMemory, type Store } from '@otklik/store';
import { editViaListener, viaListener } from './viaListener.ts';
import { fileTextsOf } from './words/fileTexts.ts';

interface SendingDeps {
  config(): Config;
  readonly store: Store;
  now(): EpochMs;
}

type Relayed = ClaimedRelay<StaffFile>;

/** Hands an answer to its channel, with its file, which is got for that. */
export async function sendRelay(
  channel: ChannelBase | undefined,
  relay: Relayed,
  { store, now, config }: SendingDeps,
): Promise<Sent> {
  const kind = channel && channelOf(channel);
  if (!channel || !kind?.send) return refused(GONE);
  const { id, thread, text, file } = relay;
  const words = { id, thread, text };
  const deps = { memory: channelMemory(store, channel.id), now };
  if (file === null)
    return kind.send(channel, words, { ...deps, viaListener: () => viaListener(store, channel.id, words) });
  const way = wayOf(file, channel);
  if (!('as' in way)) return refused(whyNot(way, channel));
  const carried = { ...file, kind: way.as };
  if (kind.sendsByListener)
    return kind.send(channel, words, {
      ...deps,
      viaListener: () => viaListener(store, channel.id, { ...words, file: carried }),
    });
  const fetched = await fetchStaffFile(config().notify, carried);
  if (fetched.outcome !== 'got') return fetched;
  // Telegram need not have told the size.
  const measured = wayOf({ ...file, size: fetched.file.bytes.length }, channel);
  if (!('as' in measured)) return refused(whyNot(measured, channel));
  const whole = { ...words, file: { ...fetched.file, kind: measured.as } };
  return kind.send(channel, whole, { ...deps, viaListener: () => Promise.reject(new Error('no listener')) });
}

const wayOf = (file: StaffFile, channel: ChannelBase) =>
  carriedAs(file, channelOf(channel).carries?.(channel));

const whyNot = (why: NotCarried, { name }: ChannelBase): LocalizedText => ({
  ru: fileTextsOf('ru').whyNotCarried(why, name),
  en: fileTextsOf('en').whyNotCarried(why, name),
});

/** Has the channel show what was sent as it is now. */
export async function editRelayed(
  { id, edits, channel: channelId, thread, handle, text }: Relayed,
  { config, store, now }: SendingDeps,
): Promise<Edited> {
  const channel = config().channels.get(channelId);
  const edit = channel && channelOf(channel).edit;
  if (!channel || !edit || handle === null) return refused(GONE);
  return edit(
    channel,
    { id: `${id}:${edits}`, thread, handle, text },
    {
      memory: channelMemory(store, channel.id),
      now,
      viaListener: (given) => editViaListener(store, channel.id, given),
    },
  );
}

const refused = (said: LocalizedText) => ({ outcome: 'refused', problem: said.en, said }) as const;

const GONE: LocalizedText = {
  ru: 'канала больше нет в настройках',
  en: 'the channel is not configured any more',
};
