import type { Config } from '@otklik/config';
import type { EpochMs, Person } from '@otklik/domain';
import type { ClaimedNotice } from '@otklik/store';
import { cadenceMessageOf } from '../messages/cadence.ts';
import { disputeOf } from '../messages/dispute.ts';
import { leftOf } from '../messages/leftWaiting.ts';
import { listOf } from '../messages/list.ts';
import { pingOf } from '../messages/ping.ts';
import { isList, toldOf } from '../messages/told.ts';
import { cadenceMessage } from './cadenceMessage.ts';
import { disputeMessage } from './disputes.ts';
import { leftMessage } from './leftMessage.ts';
import { listMessage, MOST_LISTED } from './listMessage.ts';
import { type TelegramMessage, telegramMessage } from './message.ts';

/** One message for these notices; null: there is no wait. */
export function messageOf(
  notices: readonly ClaimedNotice[],
  person: Person,
  config: Config,
  now: EpochMs,
): (TelegramMessage & { readonly silent: boolean }) | null {
  const told = toldOf(notices, now);
  const [first] = told;
  if (!first) return null;
  const left = leftOf(first, person, config, now);
  if (left) return { ...leftMessage(left, person.locale), silent: false };
  const cadence = cadenceMessageOf(first, person, config);
  if (cadence) return { ...cadenceMessage(first.id, cadence, person.locale), silent: false };
  const dispute = disputeOf(first, person, config);
  if (dispute) return { ...disputeMessage(first.id, dispute, person.locale), silent: false };
  if (isList(told)) {
    const list = listOf(told, person, config, now, MOST_LISTED);
    return { ...listMessage(list, person.locale), silent: list.silent };
  }
  const ping = pingOf(first, person, config, now);
  return { ...telegramMessage(first.id, ping, first.wait, person, config), silent: false };
}
