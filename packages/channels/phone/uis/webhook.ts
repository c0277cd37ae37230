import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { hasKey, NO_KEY, readJson } from '../../provider/hook.ts';
import { localTime, seconds, unixTime } from '../../provider/times.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { keyed, postJson } from '../samplePosting.ts';
import { callOver } from './call.ts';

export const uisWebhook: ExchangeWebhook = {
  async read(channel, request, { timezone }): Promise<ReadCalls> {
    if (!hasKey(request, channel.key?.reveal() ?? '')) return { outcome: 'forged', detail: NO_KEY };
    const answer = { status: 200, body: '' };
    const { data } = templateShape.safeParse(readTemplate(request.body));
    const fact = data && factOf(data, timezone);
    return fact
      ? { outcome: 'read', facts: [fact], faults: [], answer }
      : {
          outcome: 'read',
          facts: [],
          faults: ['the body is not the one of docs/channels/phone/uis.md'],
          answer,
        };
  },
  sample: ({ key }, { id, client, line, ended }) =>
    postJson(
      {
        event: 'lost',
        at: Math.floor(ended / 1_000),
        call: id,
        line,
        client: client.slice(1),
        employee: null,
        talk: 0,
      },
      keyed(key),
    ),
};

/** Repairs JSON with empty placeholders and unquoted numbers. */
function readTemplate(body: Buffer): unknown {
  const filled = body
    .toString('utf8')
    .replaceAll(/:\s*(?=[,}])/g, ':null')
    .replaceAll(/:\s*(\+\d+)(?=\s*[,}])/g, ':"$1"');
  return readJson(Buffer.from(filled));
}

const word = z.union([z.string(), z.number()]).transform(String).nullish();
const templateShape = z.object({
  event: z.enum(['ringing', 'answered', 'ended', 'lost', 'out_ringing', 'out_answered', 'out_ended']),
  at: z.union([z.string(), z.number()]),
  call: z.union([z.string(), z.number()]).transform(String),
  line: word,
  client: word,
  employee: word,
  talk: z.union([z.string(), z.number()]).nullish(),
});

function factOf(told: z.output<typeof templateShape>, timezone: string): CallFact | null {
  const at = unixTime(told.at) ?? localTime(String(told.at), timezone);
  if (told.call === '' || at === null) return null;
  const isOut = told.event.startsWith('out_');
  const base = {
    call: told.call,
    direction: isOut ? 'out' : 'in',
    outside: told.client ?? '',
    line: told.line ?? null,
    employee: told.employee || null,
    at,
  } as const;
  switch (told.event) {
    case 'ringing':
      return { ...base, employee: null, phase: 'ringing' };
    case 'out_ringing':
      return { ...base, phase: 'ringing' };
    case 'answered':
    case 'out_answered':
      return { ...base, phase: 'answered', which: told.employee ?? '' };
    case 'lost':
      return { ...base, employee: null, phase: 'ended', outcome: 'missed' };
    default:
      return callOver(base, seconds(told.talk));
  }
}
