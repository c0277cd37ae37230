import type { Config } from '@otklik/config';
import { type EpochMs, MINUTE, SECOND } from '@otklik/domain';
import type { ReadMeta, Unnamed } from './normalise.ts';
import { readConversations } from './poll.ts';

/** Meta wants its answer soon. */
const LONGEST_MS = 5 * SECOND;

/**
 * Reads at once who wrote what Meta told of without its sender. What the conversations do not show in time is kept aside:
 * the next look shows it, but without a token none does.
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
