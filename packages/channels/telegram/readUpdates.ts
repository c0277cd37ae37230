import type { EpochMs } from '@otklik/domain';
import type { Delivery, Memory } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import type { BotApi } from './botApi.ts';
import { CONNECTIONS, connectionFact, GROUPS, readConnection, UNKNOWN_GROUP } from './facts.ts';
import { namesNeeded, normaliseUpdate } from './normalise.ts';
import { NOTHING, type Normalised } from './reading.ts';
import type { HandledKind } from './updateKinds.ts';
import { chatShape, connectionShape } from './updateShape.ts';

/** Call `remember()` once the delivery is durable. */
export interface ReadUpdates {
  readonly delivery: Delivery;
  readonly faults: readonly { readonly update: unknown; readonly fault: string }[];
  remember(): Promise<void>;
  /** Accounts connected or cut off, or the bot added or removed. */
  readonly changesCoverage: boolean;
}

export interface UpdatesDeps {
  readonly account: TelegramAccount;
  readonly memory: Memory;
  readonly api: BotApi;
  readonly receivedAt: EpochMs;
  readonly signal?: AbortSignal;
}

/**
 * Reads updates in order, each with what the earlier ones taught. Asks Telegram about unknown connections and groups.
 * @throws when Telegram cannot name an account now: the updates must come again.
 */
export async function readUpdates(updates: readonly unknown[], deps: UpdatesDeps): Promise<ReadUpdates> {
  const { account, memory, receivedAt } = deps;
  const names = [...new Set(updates.flatMap(namesNeeded))];
  const known = account.channel === null ? new Map<string, string>() : await memory.recall(names);
  const facts = account.channel === null ? new Map<string, string>() : await learn(names, known, deps);
  const history = new Map<string, string>();
  for (const [name, fact] of facts) known.set(name, fact);
  const read = updates.map((update) => {
    const normalised = readUpdate(update, { account, known, receivedAt });
    for (const [name, fact] of normalised.facts) facts.set(name, fact);
    for (const [name, place] of normalised.history) history.set(name, place);
    for (const [name, value] of [...normalised.facts, ...normalised.history]) known.set(name, value);
    return { update, ...normalised };
  });
  return {
    delivery: { events: read.flatMap(({ events }) => events), staff: read.flatMap(({ staff }) => staff) },
    faults: read.flatMap(({ update, fault }) => (fault === null ? [] : [{ update, fault }])),
    changesCoverage: updates.some((update) => COVERAGE.some((kind) => asRecord(update)[kind] !== undefined)),
    remember: async () => {
      if (history.size > 0) await memory.remember(history, 'history');
      if (facts.size > 0) await memory.remember(facts, 'account');
    },
  };
}

const COVERAGE = ['business_connection', 'my_chat_member'] as const satisfies HandledKind[];

/** One update must not hold up others. */
function readUpdate(update: unknown, reading: Parameters<typeof normaliseUpdate>[1]): Normalised {
  try {
    return normaliseUpdate(update, reading);
  } catch (error) {
    return {
      ...NOTHING,
      fault: `normalising failed: ${error instanceof Error ? error.name : 'unknown error'}`,
    };
  }
}

async function learn(
  names: readonly string[],
  known: ReadonlyMap<string, string>,
  deps: UpdatesDeps,
): Promise<Map<string, string>> {
  const learned = new Map<string, string>();
  for (const name of names) {
    if (!name.startsWith(CONNECTIONS) || readConnection(known.get(name)) !== null) continue;
    const fact = await askConnection(name.slice(CONNECTIONS.length), deps);
    if (fact !== null) learned.set(name, fact);
  }
  for (const name of names) {
    if (!name.startsWith(GROUPS) || known.has(name)) continue;
    const fact = await askGroup(Number(name.slice(GROUPS.length)), deps);
    if (fact !== null) learned.set(name, fact);
  }
  return learned;
}

/** null when Telegram no longer knows it: the connection's own id is used. */
async function askConnection(id: string, { api, receivedAt, signal }: UpdatesDeps): Promise<string | null> {
  const asked = await api.call('getBusinessConnection', { business_connection_id: id }, { signal });
  if (asked.outcome === 'retry')
    throw new Error(`cannot tell whose account a connection is: ${asked.problem}`);
  const found = connectionShape.safeParse(asked.outcome === 'ok' ? asked.result : null);
  return found.success ? JSON.stringify(connectionFact(found.data, null, receivedAt)) : null;
}

/** null: a post of the linked channel or the next look will tell. */
async function askGroup(chat: number, { api, signal }: UpdatesDeps): Promise<string | null> {
  const asked = await api.call('getChat', { chat_id: chat }, { signal });
  const found = chatShape.safeParse(asked.outcome === 'ok' ? asked.result : null);
  if (!found.success) return null;
  const { title, linked_chat_id: linked } = found.data;
  return JSON.stringify({ ...UNKNOWN_GROUP, title: title ?? null, linked: linked ?? null });
}

function asRecord(update: unknown): Record<string, unknown> {
  return typeof update === 'object' && update !== null ? { ...update } : {};
}
