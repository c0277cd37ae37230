import { type Config, channelOnWait } from '@otklik/config';
import { clientName, type Person, SECOND } from '@otklik/domain';
import type { ClaimedNotice, DisputeSaid, NamedWait } from '@otklik/store';
import { disputeTextsOf, lasted, textsOf } from '@otklik/texts';
import { nameOf } from './ping.ts';

export interface DisputeMessage {
  readonly title: string;
  readonly lines: readonly string[];
  /** The reader has to decide. */
  readonly asks: boolean;
}

/** null: not about a dispute, or its wait is gone. */
export function disputeOf(notice: ClaimedNotice, reader: Person, config: Config): DisputeMessage | null {
  const { type, wait } = notice;
  if ((type !== 'dispute.opened' && type !== 'dispute.decided') || wait === null) return null;
  const said = notice.data as DisputeSaid;
  const texts = disputeTextsOf(reader.locale);
  const all = textsOf(reader.locale);
  const client = clientName(wait) ?? all.unnamed;
  const place = channelOnWait(config, wait.channel)?.name ?? wait.channel;
  const about = [`${client} · ${place}`, tookLine(wait, reader), texts.reason(said.reason)];
  const decision = decisionLines(said, reader, config);
  if (type === 'dispute.opened')
    return {
      title: texts.opened(nameOf(said.person, config, all)),
      lines: [...about, ...decision],
      asks: said.accepted === null,
    };
  return {
    title: said.accepted ? texts.accepted(client) : texts.rejected(client),
    lines: [place, tookLine(wait, reader), ...decision],
    asks: false,
  };
}

function tookLine(wait: NamedWait, reader: Person): string {
  const texts = disputeTextsOf(reader.locale);
  const window = lasted(wait.breach_at - wait.opened_at, reader.locale);
  return wait.closed_at === null
    ? texts.stillWaits(window)
    : texts.answeredIn(lasted(wait.closed_at - wait.opened_at, reader.locale), window);
}

function decisionLines(said: DisputeSaid, reader: Person, config: Config): string[] {
  if (said.accepted === null) return [];
  const texts = disputeTextsOf(reader.locale);
  const by = nameOf(said.decided_by ?? 'unknown', config, textsOf(reader.locale));
  const line = said.accepted
    ? texts.acceptedBy(by, lasted((said.excused_seconds ?? 0) * SECOND, reader.locale))
    : texts.rejectedBy(by);
  return [line, ...(said.note === null ? [] : [texts.note(said.note)])];
}
