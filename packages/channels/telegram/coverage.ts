import { DAY, type EpochMs } from '@otklik/domain';
import { z } from 'zod';
import type { LocalizedText, Memory } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import type { BotApi } from './botApi.ts';
import type { CallOutcome } from './callOutcome.ts';
import { cutOff, hidden, thrownOut } from './coverageTexts.ts';
import {
  CONNECTIONS,
  type Connection,
  connectionFact,
  GROUPS,
  type Group,
  readConnection,
  readGroup,
} from './facts.ts';
import { chatShape, connectionShape } from './updateShape.ts';

export interface Coverage {
  /** The latest of each account. */
  readonly connections: readonly Connection[];
  readonly groups: readonly SeenGroup[];
}

export interface SeenGroup {
  readonly title: string;
  /** `hidden`: privacy mode hides ordinary messages. */
  readonly standing: 'sees' | 'hidden' | 'gone';
}

export interface CoverageDeps {
  readonly account: TelegramAccount;
  readonly api: BotApi;
  readonly memory: Memory;
  readonly now: EpochMs;
  readonly signal?: AbortSignal;
}

export const FULL: Coverage = { connections: [], groups: [] };

/** How long a disconnected account keeps the channel down: it may be deliberate. */
const DOWN_FOR_MS = DAY;

/** Updates about losses may get lost (24 h); a chat's removal from a connection is not reported at all. */
export async function lookAtCoverage(deps: CoverageDeps): Promise<Coverage> {
  if (deps.account.channel === null) return FULL;
  return { connections: await lookAtConnections(deps), groups: await lookAtGroups(deps) };
}

/** Set when an account was disconnected within the last day. */
export function problemOf({ connections }: Coverage, now: EpochMs): LocalizedText | null {
  const lost = connections.filter(({ enabled, since }) => !enabled && now - since < DOWN_FOR_MS);
  return lost.length === 0 ? null : cutOff(lost);
}

/** Other gaps, with advice. */
export function gapsOf({ connections, groups }: Coverage, now: EpochMs): LocalizedText[] {
  const old = connections.filter(({ enabled, since }) => !enabled && now - since >= DOWN_FOR_MS);
  return [
    ...(old.length === 0 ? [] : [cutOff(old)]),
    ...groups.flatMap(({ title, standing }) => {
      if (standing === 'sees') return [];
      return [standing === 'gone' ? thrownOut(title) : hidden(title)];
    }),
  ];
}

async function lookAtConnections({ api, memory, now, signal }: CoverageDeps): Promise<Connection[]> {
  const facts = new Map<string, string>();
  const found: Connection[] = [];
  for (const [name, text] of await memory.recallAll(CONNECTIONS)) {
    const before = readConnection(text);
    if (before === null) continue;
    const id = name.slice(CONNECTIONS.length);
    const asked = await api.call('getBusinessConnection', { business_connection_id: id }, { signal });
    const fact = asToldNow(asked, before, now);
    if (JSON.stringify(fact) !== text) facts.set(name, JSON.stringify(fact));
    found.push(fact);
  }
  if (facts.size > 0) await memory.remember(facts, 'account');
  const latest = Map.groupBy(found, ({ user }) => user);
  return [...latest.values()]
    .map((of) => of.find(({ enabled }) => enabled) ?? newest(of))
    .filter((one) => one !== null);
}

const newest = (connections: readonly Connection[]): Connection | null =>
  connections.toSorted((a, b) => b.since - a.since)[0] ?? null;

function asToldNow(asked: CallOutcome<unknown>, before: Connection, now: EpochMs): Connection {
  if (asked.outcome === 'retry') return before;
  const told = connectionShape.safeParse(asked.outcome === 'ok' ? asked.result : null);
  if (told.success) return connectionFact(told.data, before, now);
  return before.enabled ? { ...before, enabled: false, since: now } : before;
}

const memberShape = z.object({ status: z.string() });

async function lookAtGroups(deps: CoverageDeps): Promise<SeenGroup[]> {
  const { api, memory, account, signal } = deps;
  const groups = [...(await memory.recallAll(GROUPS))]
    .map(([name, text]) => ({ chat: Number(name.slice(GROUPS.length)), group: readGroup(text) }))
    .filter((entry): entry is typeof entry & { group: Group } => entry.group?.movedTo === null);
  if (groups.length === 0) return [];
  const me = await api.getMe({ signal });
  const readsAll = me.outcome === 'ok' && me.result.can_read_all_group_messages === true;
  const seen: SeenGroup[] = [];
  for (const { chat, group } of groups) {
    const title = group.title ?? String(chat);
    const member = { chat_id: chat, user_id: Number(account.account) };
    const asked = await api.call('getChatMember', member, { signal });
    if (asked.outcome === 'retry') continue;
    const { data } = memberShape.safeParse(asked.outcome === 'ok' ? asked.result : null);
    const isIn = data !== undefined && data.status !== 'left' && data.status !== 'kicked';
    const sees = readsAll || data?.status === 'administrator';
    seen.push({ title, standing: !isIn ? 'gone' : sees ? 'sees' : 'hidden' });
    if (isIn) await learnLinked(chat, group, deps);
  }
  return seen;
}

/** Answers in the linked channel's name are known by it. */
async function learnLinked(chat: number, group: Group, { api, memory, signal }: CoverageDeps): Promise<void> {
  const asked = await api.call('getChat', { chat_id: chat }, { signal });
  const found = chatShape.safeParse(asked.outcome === 'ok' ? asked.result : null);
  if (!found.success) return;
  const told = {
    ...group,
    title: found.data.title ?? group.title,
    linked: found.data.linked_chat_id ?? null,
  };
  if (JSON.stringify(told) === JSON.stringify(group)) return;
  await memory.remember(new Map([[`${GROUPS}${chat}`, JSON.stringify(told)]]), 'account');
}
