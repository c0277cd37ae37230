import { type Config, channelsOf } from '@otklik/config';
import type { EpochMs, Event } from '@otklik/domain';
import type { Memory } from '../channel.ts';
import { rememberAccount, rememberUpdate } from './accountUpdate.ts';
import { bodyShape, changeShape, type Value, valueShape } from './bodyShape.ts';
import { type WhatsappCloudChannel, whatsappCloudKind } from './config.ts';
import {
  contactsIn,
  namesNeeded,
  namesNeededOfThreads,
  type Read,
  type Reading,
  readEcho,
  readMessage,
  readStatus,
} from './normalise.ts';
import { isPersonName } from './people.ts';

/** `history` is from before the number was connected. */
const OF_NO_CONCERN = new Set(
  `history smb_app_state_sync account_alerts account_review_update account_settings_update business_capability_update
  business_status_update calls flows group_lifecycle_update group_participants_update group_settings_update
  group_status_update message_template_components_update message_template_quality_update message_template_status_update
  partner_solutions payment_configuration_update phone_number_name_update phone_number_quality_update security
  template_category_update template_correct_category_detection tracking_events user_preferences`.split(/\s+/),
);

export interface ReadBody {
  readonly events: readonly Event[];
  readonly faults: readonly string[];
  /** Call before answering: the next body depends on it. */
  remember(): Promise<void>;
}

interface Place {
  readonly channel: WhatsappCloudChannel;
  readonly field: string;
  readonly value: Value;
  readonly account: string | null;
}

interface AccountUpdate {
  readonly account: string | null;
  readonly value: unknown;
}

/** An app has one address for all its numbers. */
export async function readBody(
  body: unknown,
  config: Config,
  memoryOf: (channel: string) => Memory,
  receivedAt: EpochMs,
): Promise<ReadBody> {
  const channels = channelsOf(config, whatsappCloudKind);
  const { places, faults, updates } = changesIn(body, channels);
  const events: Event[] = [];
  const learned = new Map<string, Map<string, string>>();
  for (const [channel, own] of Map.groupBy(places, (place) => place.channel)) {
    const read = await readPlaces(channel, own, config, memoryOf(channel.id), receivedAt);
    events.push(...read.events);
    faults.push(...read.faults);
    learned.set(channel.id, read.history);
  }
  return {
    events,
    faults,
    remember: async () => {
      for (const [channel, history] of learned)
        if (history.size > 0) await memoryOf(channel).remember(history, 'history');
      for (const { channel, account } of places)
        if (account !== null) await rememberAccount(account, memoryOf(channel.id));
      for (const { account, value } of updates)
        await rememberUpdate(account, value, channels, memoryOf, receivedAt);
    },
  };
}

interface ReadPlaces {
  readonly events: Event[];
  readonly faults: string[];
  readonly history: Map<string, string>;
}

/** Each reading settles at least one more name. */
const MOST_READINGS = 5;

/**
 * Bodies of a new client may arrive at once, some with the number only. So names are claimed before filing, and read
 * again with another process's decision.
 */
async function readPlaces(
  channel: WhatsappCloudChannel,
  places: readonly Place[],
  config: Config,
  memory: Memory,
  receivedAt: EpochMs,
): Promise<ReadPlaces> {
  for (let readings = 1; ; readings += 1) {
    const names = places.flatMap(({ value }) => namesNeeded(value));
    const known = await memory.recall(names);
    for (const [name, value] of await memory.recall(namesNeededOfThreads(known, names)))
      known.set(name, value);
    const before = new Set(known.keys());
    const read = readWith({ channel, known, privacy: config.privacy, receivedAt }, places);
    const claims = new Map([...read.history].filter(([name]) => isPersonName(name) && !before.has(name)));
    const stands = claims.size === 0 ? claims : await memory.claim(claims, 'history');
    const isOurs = [...claims].every(([name, thread]) => stands.get(name) === thread);
    if (!isOurs && readings < MOST_READINGS) continue;
    // They stand, and another process may have decided since.
    for (const name of claims.keys()) read.history.delete(name);
    return read;
  }
}

function readWith(
  reading: Reading & { readonly known: Map<string, string> },
  places: readonly Place[],
): ReadPlaces {
  const [events, faults, history]: [Event[], string[], Map<string, string>] = [[], [], new Map()];
  for (const place of places) {
    for (const read of readChange(place, reading)) {
      events.push(...read.events);
      if (read.fault !== null) faults.push(`${place.field}: ${read.fault}`);
      for (const [name, value] of read.history) {
        history.set(name, value);
        reading.known.set(name, value);
      }
    }
  }
  return { events, faults, history };
}

/** Lazy: each is read with what the earlier ones taught. */
function* readChange({ field, value }: Place, reading: Reading): Generator<Read> {
  const contacts = contactsIn(value);
  for (const message of value.messages ?? []) yield readMessage(message, contacts, reading);
  // Meta's assistant answers in stand-by; other echoes are programs'.
  const sender = field === 'smb_message_echoes' ? 'person' : 'machine';
  for (const echo of value.message_echoes ?? []) yield readEcho(echo, sender, reading);
  for (const status of value.statuses ?? []) yield readStatus(status, reading);
}

const CONVERSATION = new Set(['messages', 'smb_message_echoes', 'message_echoes', 'standby']);

function changesIn(
  body: unknown,
  channels: readonly WhatsappCloudChannel[],
): { places: Place[]; faults: string[]; updates: AccountUpdate[] } {
  const parsed = bodyShape.safeParse(body);
  const [places, faults, updates]: [Place[], string[], AccountUpdate[]] = [[], [], []];
  if (!parsed.success) return { places, faults: ['not a webhook of a WhatsApp business account'], updates };
  const changes = parsed.data.entry.flatMap(({ id, changes }) => changes.map((raw) => ({ id, raw })));
  for (const { id: account = null, raw } of changes) {
    const { data: change } = changeShape.safeParse(raw);
    if (change === undefined) {
      faults.push('a change without field or value');
    } else if (CONVERSATION.has(change.field)) {
      const value = valueShape.safeParse(change.value).data;
      const channel = channels.find(({ phoneNumberId }) => phoneNumberId === value?.metadata.phone_number_id);
      if (value === undefined) faults.push(`${change.field}: the number is not told`);
      else if (channel === undefined) faults.push(`${change.field}: of a number that is no channel`);
      else places.push({ channel, field: change.field, value, account });
    } else if (change.field === 'account_update') {
      updates.push({ account, value: change.value });
    } else if (!OF_NO_CONCERN.has(change.field)) {
      faults.push(`unknown field: ${change.field.slice(0, 64).toWellFormed().replaceAll('\0', '')}`);
    }
  }
  return { places, faults, updates };
}
