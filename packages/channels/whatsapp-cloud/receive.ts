import type { HookDeps, HookRequest, Received } from '../channel.ts';
import { FORGED, isSigned } from '../provider/metaWebhook.ts';
import type { WhatsappCloudChannel } from './config.ts';
import { readBody } from './readBody.ts';

/** Meta repeats for days without a 200, so a signed body is quarantined and confirmed even if not understood. */
export async function receiveMeta(
  channel: WhatsappCloudChannel,
  request: HookRequest,
  { config, memoryOf }: HookDeps,
): Promise<Received> {
  if (!isSigned(channel, request)) return FORGED;
  const parsed = parse(request.body);
  if (parsed === null) return kept([], ['the body is no JSON']);
  const read = await readBody(parsed.json, config, memoryOf, request.receivedAt);
  await read.remember();
  return kept(read.events, read.faults);
}

function kept(events: Awaited<ReturnType<typeof readBody>>['events'], faults: readonly string[]): Received {
  return {
    outcome: 'accepted',
    delivery: { events, staff: [] },
    quarantine: faults.length === 0 ? null : [...new Set(faults)].join('; ').slice(0, 500),
    answer: () => ({ status: 200, body: {} }),
  };
}

function parse(body: Buffer): { json: unknown } | null {
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) };
  } catch {
    return null;
  }
}
