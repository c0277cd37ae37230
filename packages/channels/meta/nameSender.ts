import type { Config } from '@otklik/config';
import { type EpochMs, MINUTE, SECOND } from '@otklik/domain';
import type { ReadMeta, Unnamed } from './normalise.ts';
import { readConversations } from './poll.ts';

/** Meta wants a quick answer. */
const LONGEST_MS = 5 * SECOND;

/**
 * Finds the sender that Meta left out. In vain, the body is quarantined: the next look finds it, but not without a
 * token.
 */
export async function nameSender(
  { channel, mid, at }: Unnamed,
  config: Config,
  receivedAt: EpochMs,
): Promise<Pick<ReadMeta, 'said' | 'faults'>> {
  if (channel.token === null) return lost('somebody wrote, and Meta does not say who: set `token`');
  try {
    const from = Math.min(at, receivedAt) - MINUTE;
    const read = await readConversations(channel, config, from, receivedAt, AbortSignal.timeout(LONGEST_MS));
    const said = read.said.map((each) => ({ ...each, channel }));
    if (said.some(({ event }) => event.id === mid)) return { said, faults: [] };
    return { said, faults: ['somebody wrote, and the list of conversations does not show it yet'] };
  } catch {
    return lost('somebody wrote, and Meta did not answer who');
  }
}

const lost = (why: string): Pick<ReadMeta, 'said' | 'faults'> => ({ said: [], faults: [why] });
