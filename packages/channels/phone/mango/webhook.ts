import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { readForm, sameSecret } from '../../provider/hook.ts';
import type { ExchangeWebhook, ReadCalls } from '../exchange.ts';
import { postForm } from '../samplePosting.ts';
import { isMenu, mangoCall } from './call.ts';

export const mangoWebhook: ExchangeWebhook = {
  async read(channel, request): Promise<ReadCalls> {
    const form = await readForm(request);
    const json = form?.get('json') ?? '';
    const [key = '', salt = ''] = [channel.account ?? '', channel.secret?.reveal() ?? ''];
    // Over the JSON as received: written anew it would have other bytes (§ 2.4.3).
    const sign = createHash('sha256')
      .update(key + json + salt)
      .digest('hex');
    if (!sameSecret(form?.get('vpbx_api_key'), key) || !sameSecret(form?.get('sign'), sign))
      return { outcome: 'forged', detail: 'The sign was not made with the key and the salt of otklik.yaml.' };
    const answer = { status: 200, body: '' };
    const reader = READERS.get(request.path);
    if (!reader) {
      const faults = IGNORED.has(request.path)
        ? []
        : [`an event ${request.path.slice(0, 40)} of Mango Office that we do not know`];
      return { outcome: 'read', facts: [], faults, answer };
    }
    const facts = reader(parse(json));
    return facts === null
      ? {
          outcome: 'read',
          facts: [],
          faults: [`${request.path} is not as Mango Office describes it`],
          answer,
        }
      : { outcome: 'read', facts, faults: [], answer };
  },
  sample(channel, { id, client, line, began, ended }) {
    const json = JSON.stringify({
      entry_id: id,
      call_direction: 1,
      from: { number: client.slice(1) },
      to: {},
      line_number: line,
      create_time: Math.floor(began / 1_000),
      talk_time: 0,
      end_time: Math.floor(ended / 1_000),
      entry_result: 0,
      disconnect_reason: 1110,
    });
    const [key, salt] = [channel.account ?? '', channel.secret?.reveal() ?? ''];
    const sign = createHash('sha256')
      .update(key + json + salt)
      .digest('hex');
    return postForm({ vpbx_api_key: key, sign, json }, { path: '/events/summary' });
  },
};

/** They concern no wait. */
const IGNORED = new Set([
  '/events/recording',
  '/events/record/added',
  '/events/record/tagged',
  '/events/dtmf',
  '/events/sms',
  '/result/callback',
  '/result/stat',
]);

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** A number in one place of the document, text in another; empty means none. */
const name = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value ? String(value) : undefined));
const party = z.object({
  extension: name,
  number: name,
  line_number: name,
  taken_from_call_id: z.string().optional(),
});
const unix = z.number().positive();
/** A number, or digits in the document's examples. */
const count = z.union([z.number(), z.string().regex(/^\d{1,9}$/)]).transform(Number);

const callShape = z.object({
  entry_id: z.string().min(1),
  call_id: z.string().min(1),
  timestamp: unix,
  seq: count,
  call_state: z.string(),
  location: z.string().optional(),
  from: party,
  to: party,
  command_id: z.string().optional(),
  callback_initiator: z.string().optional(),
  disconnect_reason: count.optional(),
});
type Leg = z.output<typeof callShape>;

const READERS = new Map<string, (json: unknown) => CallFact[] | null>([
  ['/events/call', readCall],
  ['/events/summary', readSummary],
]);

/**
 * One leg changed its state (§ 3.1.2). At the menu or queue a machine is connected. Disconnected ends one leg; the
 * summary ends the call.
 */
function readCall(json: unknown): CallFact[] | null {
  const { data } = callShape.safeParse(json);
  if (!data || !hasParties(data.from, data.to)) return null;
  if (isOwnRinging(data)) return ownRinging(data);
  const { from, to, call_id, seq } = data;
  const direction = directionOf(from, to);
  if (direction === null) return [];
  const fact = {
    call: data.entry_id,
    direction,
    outside: (direction === 'in' ? from.number : to.number) ?? '',
    line: to.line_number ?? (direction === 'out' ? (from.line_number ?? null) : null),
    at: data.timestamp * 1_000,
  } as const;
  if (data.call_state === 'Appeared')
    return [
      {
        ...fact,
        phase: 'ringing',
        which: call_id,
        employee: direction === 'out' ? (from.extension ?? null) : null,
      },
    ];
  if (data.call_state !== 'Connected') return [];
  const isMachine = isMenu(data.location);
  const employee = (direction === 'in' ? to.extension : from.extension) ?? null;
  return [
    {
      ...fact,
      phase: 'answered',
      which: `${call_id}:${seq}`,
      employee: isMachine ? null : employee,
      isMachine: isMachine || (direction === 'in' && employee === null),
    },
  ];
}

/**
 * Initiators on our side: a program, the contact centre, an agent's page, a campaign. Others call a client who asked
 * for it.
 */
const BY_OURS: ReadonlySet<string> = new Set(['API', 'CC', 'WEB', 'ObDial']);

/**
 * In an ordered call the colleague's telephone rings first, told as a call from the client to the extension. A leg
 * re-routed by a command says from which it was taken. (API 1.9, «Примеры поведения: Инициирование исходящего
 * вызова».)
 */
const isOwnRinging = ({ from, to, command_id, callback_initiator }: Leg): boolean =>
  (command_id !== undefined || BY_OURS.has(callback_initiator ?? '')) &&
  from.extension === undefined &&
  to.extension !== undefined &&
  from.taken_from_call_id === undefined;

const SUCCESS = 1_000;

/** Told as the call out, under the names of summary and list. If it ends unanswered, the client was never rung. */
function ownRinging({
  entry_id,
  call_id,
  timestamp,
  call_state,
  from,
  to,
  disconnect_reason,
}: Leg): CallFact[] {
  const fact = {
    call: entry_id,
    direction: 'out',
    outside: from.number ?? '',
    line: to.line_number ?? null,
    employee: to.extension ?? null,
    at: timestamp * 1_000,
  } as const;
  if (call_state === 'Appeared') return [{ ...fact, phase: 'ringing' }];
  if (call_state !== 'Disconnected' || disconnect_reason === undefined || disconnect_reason === SUCCESS)
    return [];
  return [{ ...fact, phase: 'ended', which: call_id, outcome: 'not_dialled' }];
}

type Party = z.output<typeof party>;

/** null: between colleagues. */
function directionOf(from: Party, to: Party): 'in' | 'out' | null {
  if (from.extension === undefined) return 'in';
  return to.extension === undefined && to.number !== undefined ? 'out' : null;
}

/** A hidden number at least rings at a line or an extension of ours. */
const hasParties = (from: Party, to: Party): boolean =>
  (from.extension ?? from.number ?? to.extension ?? to.line_number) !== undefined;

const summaryShape = z.object({
  entry_id: z.string().min(1),
  call_direction: z.number(),
  from: party,
  to: party,
  line_number: name,
  create_time: unix,
  talk_time: z.number(),
  end_time: unix,
  disconnect_reason: z.number().optional(),
});

/** The finished call (§ 3.1.6). `entry_result` says success even for a hang-up in the voice menu, so it is not used. */
function readSummary(json: unknown): CallFact[] | null {
  const { data } = summaryShape.safeParse(json);
  if (!data) return null;
  if (data.call_direction !== 1 && data.call_direction !== 2) return [];
  const isIn = data.call_direction === 1;
  const employee = (isIn ? data.to.extension : data.from.extension) ?? null;
  return mangoCall({
    call: data.entry_id,
    isIn,
    outside: (isIn ? data.from.number : data.to.number) ?? '',
    line: data.line_number ?? null,
    employee,
    rang: data.create_time,
    talked: data.talk_time > 0 && (!isIn || employee !== null) ? data.talk_time : null,
    ended: data.end_time,
    reason: data.disconnect_reason ?? 0,
  });
}
