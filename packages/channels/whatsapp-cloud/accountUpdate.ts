import type { EpochMs } from '@otklik/domain';
import { z } from 'zod';
import type { ListenerDeps, Memory } from '../channel.ts';
import type { WhatsappCloudChannel } from './config.ts';

/** Key: Meta's last word, see {@link readAlert}. */
const ALERT = 'alert';
/** Key: the number's business account, as last heard. */
const ACCOUNT = 'account';

/** https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/account_update */
const updateShape = z.looseObject({
  event: z.string(),
  ban_info: z.looseObject({ waba_ban_state: z.unknown().optional() }).optional().catch(undefined),
  restriction_info: z
    .array(z.looseObject({ restriction_type: z.string().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
  /** Set for a shared account, whose entry may name our own business. */
  waba_info: z
    .looseObject({ waba_id: z.union([z.string(), z.number()]).transform(String) })
    .optional()
    .catch(undefined),
  metadata: z.looseObject({ phone_number_id: z.string() }).optional().catch(undefined),
});
type Update = z.output<typeof updateShape>;

/** Limits that do not affect answering clients. */
const STOPS_NOTHING = new Set(['RESTRICTED_ADD_PHONE_NUMBER_ACTION', 'RESTRICTED_BIZ_INITIATED_MESSAGING']);

/** `warns`: still works. `ends`: earlier alerts are over. */
type Effect = 'stops' | 'warns' | 'ends' | 'nothing';

function effectOf({ event, ban_info: ban, restriction_info: limits = [] }: Update): Effect {
  switch (event) {
    case 'DISABLED_UPDATE':
      if (ban?.waba_ban_state === 'REINSTATE') return 'ends';
      return ban?.waba_ban_state === 'SCHEDULE_FOR_DISABLE' ? 'warns' : 'stops';
    case 'ACCOUNT_RESTRICTION': {
      const types = limits.map(({ restriction_type: type }) => type ?? '');
      // Without a type it may be any limit.
      return types.length > 0 && types.every((type) => STOPS_NOTHING.has(type)) ? 'nothing' : 'stops';
    }
    case 'ACCOUNT_DELETED':
    case 'ACCOUNT_OFFBOARDED':
    case 'PARTNER_REMOVED':
      return 'stops';
    case 'ACCOUNT_RECONNECTED':
      return 'ends';
    default:
      return 'nothing';
  }
}

const alertShape = z.object({
  event: z.string(),
  at: z.number(),
  /** Old records had no warnings. */
  stops: z.boolean().default(true),
});
export type Alert = z.output<typeof alertShape>;

export async function readAlert({ memory }: Pick<ListenerDeps, 'memory'>): Promise<Alert | null> {
  const text = (await memory.recall([ALERT])).get(ALERT);
  return text === undefined ? null : (alertShape.safeParse(JSON.parse(text)).data ?? null);
}

/** Stores the number's business account. */
export async function rememberAccount(account: string, memory: Memory): Promise<void> {
  const known = (await memory.recall([ACCOUNT])).get(ACCOUNT);
  if (known !== account) await memory.remember(new Map([[ACCOUNT, account]]), 'account');
}

/** Remembers an update for those numbers of the account that are channels. */
export async function rememberUpdate(
  entry: string | null,
  value: unknown,
  channels: readonly WhatsappCloudChannel[],
  memoryOf: (channel: string) => Memory,
  receivedAt: EpochMs,
): Promise<void> {
  const { data: update } = updateShape.safeParse(value);
  const effect = update === undefined ? 'nothing' : effectOf(update);
  if (update === undefined || effect === 'nothing') return;
  const number = update.metadata?.phone_number_id;
  const named = channels.filter(({ phoneNumberId }) => phoneNumberId === number);
  const touched =
    named.length > 0 ? named : await channelsOf(update.waba_info?.waba_id ?? entry, channels, memoryOf);
  const alert: Alert = { event: update.event, at: receivedAt, stops: effect === 'stops' };
  const kept = effect === 'ends' ? null : JSON.stringify(alert);
  for (const { id } of touched) await memoryOf(id).remember(new Map([[ALERT, kept]]), 'account');
}

/** Numbers heard in the account, otherwise those of unknown account. */
async function channelsOf(
  account: string | null,
  channels: readonly WhatsappCloudChannel[],
  memoryOf: (channel: string) => Memory,
): Promise<readonly WhatsappCloudChannel[]> {
  const [heard, unheard]: [WhatsappCloudChannel[], WhatsappCloudChannel[]] = [[], []];
  for (const channel of channels) {
    const known = (await memoryOf(channel.id).recall([ACCOUNT])).get(ACCOUNT);
    if (known === undefined || account === null) unheard.push(channel);
    else if (known === account) heard.push(channel);
  }
  return heard.length > 0 ? heard : unheard;
}
