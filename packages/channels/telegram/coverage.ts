import { DAY, type EpochMs } from '@otklik/domain';
import { z } from 'zod';
import type { Memory } from '../channel.ts';
import type { TelegramAccount } from './account.ts';
import type { BotApi } from './botApi.ts';
import type { CallOutcome } from './callOutcome.ts';
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

/** What a bot that is up does not see all the same. */
export interface Coverage {
  /** Why the channel counts as down: an employee's account is cut off. */
  readonly problem: string | null;
  /** What else stays hidden, and what to do about it. */
  readonly gaps: readonly string[];
}

interface World {
  readonly account: TelegramAccount;
  readonly api: BotApi;
  readonly memory: Memory;
  readonly now: EpochMs;
  readonly signal?: AbortSignal;
}

export const FULL: Coverage = { problem: null, gaps: [] };

/** An account that was disconnected on purpose must not keep the channel down for ever. */
const DOWN_FOR_MS = DAY;

/**
 * Goes through every group and every connected account that the bot knows: whether it still sees them. Telegram tells of
 * some losses by an update that may itself get lost (24 h), and of a chat that was taken out of a connection not at all.
 */
export async function lookAtCoverage(world: World): Promise<Coverage> {
  if (world.account.channel === null) return FULL;
  const connections = await lookAtConnections(world);
  const groups = await lookAtGroups(world);
  const lost = connections.filter(({ enabled }) => !enabled);
  const [fresh, old] = [lost.filter(isFresh(world.now)), lost.filter((one) => !isFresh(world.now)(one))];
  return {
    problem:
      fresh.length === 0 ? null : `the account of ${names(fresh)} is disconnected from the bot: ${RECONNECT}`,
    gaps: [
      ...(old.length === 0 ? [] : [`the account of ${names(old)} is disconnected: ${RECONNECT}`]),
      ...groups,
    ],
  };
}

const RECONNECT = 'connect it again in Telegram, Settings → Telegram Business → Chatbots';
const names = (connections: readonly Connection[]) =>
  connections.map(({ name, user }) => name ?? String(user)).join(', ');
const isFresh = (now: EpochMs) => (connection: Connection) => now - connection.since < DOWN_FOR_MS;

/** One for each account: the connection that was made last. */
async function lookAtConnections({ api, memory, now, signal }: World): Promise<Connection[]> {
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

async function lookAtGroups(world: World): Promise<string[]> {
  const { api, memory, account, signal } = world;
  const groups = [...(await memory.recallAll(GROUPS))]
    .map(([name, text]) => ({ chat: Number(name.slice(GROUPS.length)), text, group: readGroup(text) }))
    .filter((entry): entry is typeof entry & { group: Group } => entry.group !== null)
    .filter(({ group }) => group.movedTo === null);
  if (groups.length === 0) return [];
  const me = await api.getMe({ signal });
  const seesAll = me.outcome === 'ok' && me.result.can_read_all_group_messages === true;
  const gaps: string[] = [];
  for (const { chat, group } of groups) {
    const title = `«${group.title ?? chat}»`;
    const asked = await api.call(
      'getChatMember',
      { chat_id: chat, user_id: Number(account.account) },
      { signal },
    );
    if (asked.outcome === 'retry') continue;
    const { data: member } = memberShape.safeParse(asked.outcome === 'ok' ? asked.result : null);
    if (member === undefined || member.status === 'left' || member.status === 'kicked') {
      gaps.push(`the bot is not in the group ${title} any more: add it again, or nobody there is heard`);
      continue;
    }
    if (member.status !== 'administrator' && !seesAll) {
      gaps.push(
        `in the group ${title} the bot sees only commands and replies to it: make it an administrator, or turn off Group Privacy in @BotFather and add it anew`,
      );
    }
    await learnLinked(chat, group, world);
  }
  return gaps;
}

/** Which channel's comments the group holds may change: an answer in the channel's name is known by it. */
async function learnLinked(chat: number, group: Group, { api, memory, signal }: World): Promise<void> {
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
