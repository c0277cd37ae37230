import type { EpochMs, Event, Privacy } from '@otklik/domain';
import type { Channel, Received } from '../channel.ts';
import { forged, hasKey, NO_KEY, readForm, readJson, taken } from '../provider/hook.ts';
import { messageEvent } from '../provider/messageEvent.ts';
import { toE164 } from '../provider/phoneNumbers.ts';
import { unixTime } from '../provider/times.ts';
import { type SmsChannel, smsKind } from './config.ts';

/**
 * Services name the same fields differently; reports on our own SMS are no turn.
 * https://smsc.ru/api/http/miscellaneous/callback/, https://smsaero.ru/description/api/, https://docs.exolve.ru,
 * https://www.twilio.com/docs/messaging/guides/webhook-request
 */
export const smsChannel: Channel<SmsChannel> = {
  config: smsKind,
  takesGet: true,
  async receive(channel, request, { config }): Promise<Received> {
    if (!hasKey(request, channel.key.reveal())) return forged('the SMS service', NO_KEY);
    const isJson = /json/i.test(String(request.headers['content-type'] ?? ''));
    const named = isJson ? fieldsOf(readJson(request.body)) : await readForm(request);
    const fields = named && new Map([...named].map(([name, value]) => [name.toLowerCase(), value]));
    const read = fields && eventOf(fields, channel, config.privacy, request.receivedAt);
    const faults = read === null ? ['the body is no SMS that we know'] : [];
    return taken(read ?? [], faults, fields?.has('messagesid') ? NO_REPLY : { status: 200, body: 'OK' });
  },
  sample: ({ key }, { now }) => ({
    method: 'POST',
    path: `?key=${key.reveal()}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      id: `otklik-test-${now}`,
      phone: '70000000000',
      mes: 'Проверка канала / channel test',
    }).toString(),
  }),
};

function fieldsOf(json: unknown): Map<string, string> | null {
  if (json === null || typeof json !== 'object') return null;
  return new Map(
    Object.entries(json).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}

/** Twilio would send a body back to the client. */
const NO_REPLY = { status: 204, body: '' };

/** null if neither SMS nor report. Lower-case names. */
function eventOf(
  fields: ReadonlyMap<string, string>,
  channel: SmsChannel,
  privacy: Privacy,
  receivedAt: number,
): Event[] | null {
  const first = (...names: string[]): string | undefined =>
    names.map((name) => fields.get(name)).find((value) => value);
  const from = first('phone', 'from', 'number', 'sender', 'source');
  const text = first('mes', 'text', 'message', 'body');
  const isPicture = Number(first('nummedia') ?? 0) > 0;
  if (isOurs(fields)) return [];
  if (!text && !isPicture) return STATUS.some((name) => fields.has(name)) ? [] : null;
  if (!from) return null;
  const phone = toE164(from, channel.country);
  const at = timeOf(first('ts', 'time', 'timestamp', 'date', 'created_at'));
  const id = first('id', 'sms_id', 'message_id', 'messagesid') ?? `${from}/${at ?? receivedAt}`;
  const said = {
    id,
    thread: phone ?? from,
    side: 'client',
    author: { id: phone ?? from, phone },
    at,
    text: text ?? null,
    attached: isPicture,
  } as const;
  return [
    messageEvent({ ...said, link: phone === null ? null : `tel:${phone}` }, channel, privacy, receivedAt),
  ];
}

const STATUS = ['status', 'status_id', 'smsstatus', 'messagestatus'];

/** Some reports repeat our words. */
const isOurs = (fields: ReadonlyMap<string, string>): boolean =>
  /^out/i.test(fields.get('direction') ?? '') || fields.has('extendstatus') || fields.has('messagestatus');

/** Seconds, or a time with offset; null without. */
function timeOf(text: string | undefined): EpochMs | null {
  const unix = unixTime(text);
  if (unix !== null || text === undefined) return unix;
  try {
    return Temporal.Instant.from(text).epochMilliseconds;
  } catch {
    return null;
  }
}
