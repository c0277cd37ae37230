import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type EpochMs, type Person } from '@otklik/domain';
import type { ClaimedNotice, NamedWait } from '@otklik/store';
import { endedTextsOf, lasted, textsOf } from '@otklik/texts';
import { nameOf, pingOf } from './ping.ts';

export interface Ended {
  readonly wait: NamedWait;
  readonly mark: '✅' | '🔗' | '➡️';
  readonly title: string;
  readonly client: string;
  readonly place: string;
  /** null: the answer was in time. */
  readonly late: string | null;
}

/** Each wait once, as it stands now. Empty for other notices. */
export function endedOf(
  notices: readonly ClaimedNotice[],
  reader: Person,
  config: Config,
  now: EpochMs,
): Ended[] {
  const byWait = new Map<string, Ended>();
  for (const notice of notices)
    if (notice.type === 'wait.ended' && notice.wait !== null)
      byWait.set(notice.wait.id, oneOf({ ...notice, wait: notice.wait }, reader, config, now));
  return [...byWait.values()];
}

function oneOf(
  notice: ClaimedNotice & { readonly wait: NamedWait },
  reader: Person,
  config: Config,
  now: EpochMs,
): Ended {
  const { wait } = notice;
  const texts = textsOf(reader.locale);
  const said = {
    wait,
    client: clientName(wait) ?? texts.unnamed,
    place: channelOnWait(config, wait.channel)?.name ?? wait.channel,
    late: null,
  };
  if (wait.closed_at === null && wait.voided_at === null) {
    const name = nameOf(wait.owner, config, texts);
    const ends = endedTextsOf(reader.locale);
    const isBack = wait.owner_why === 'handed_back';
    return { ...said, mark: '➡️', title: isBack ? ends.handedBack(name) : ends.handedOver(name) };
  }
  const { stage, title } = pingOf({ ...notice, firstSentAt: now }, reader, config, now);
  const lateBy = (wait.closed_at ?? 0) - wait.breach_at;
  const isLate = stage === 'closed' && wait.outcome === 'answered' && lateBy > 0;
  return {
    ...said,
    mark: stage === 'closed' ? '✅' : '🔗',
    title,
    late: isLate ? texts.lateBy(lasted(lateBy, reader.locale)) : null,
  };
}
