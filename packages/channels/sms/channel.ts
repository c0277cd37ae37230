import type { SmsChannel } from '@otklik/config';
import type { Event, Privacy } from '@otklik/domain';
import type { Channel, Received } from '../channel.ts';
import { unixTime } from '../phone/line.ts';
import { toE164 } from '../phone/numbers.ts';
import { forged, hasKey, NO_KEY, readForm, readJson, taken } from '../provider/hook.ts';
import { spokenEvent } from '../provider/spoken.ts';

/**
 * SMS that clients send to us. The services name the same few things differently; a report on an SMS of ours has no words
 * and is nobody's turn. https://smsc.ru/api/ (receiving), https://smsaero.ru/description/api/, https://docs.exolve.ru
 */
export const smsChannel: Channel<SmsChannel> = {
  kind: 'sms',
  takesGet: true,
  async receive(channel, request, { config }): Promise<Received> {
    if (!hasKey(request, channel.key.reveal())) return forged('the SMS service', NO_KEY);
    const isJson = /json/i.test(String(request.headers['content-type'] ?? ''));
    const fields = isJson ? fieldsOf(readJson(request.body)) : await readForm(request);
    const read = fields && eventOf(fields, channel, config.privacy, request.receivedAt);
    const faults = read === null || read === undefined ? ['the body is no SMS that we know'] : [];
    return taken(read ?? [], faults, { status: 200, body: 'OK' });
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

/** null when it is neither an SMS nor a report. */
function eventOf(
  fields: ReadonlyMap<string, string>,
  channel: SmsChannel,
  privacy: Privacy,
  receivedAt: number,
): Event[] | null {
  const first = (...names: string[]): string | undefined =>
    names.map((name) => fields.get(name)).find((value) => value);
  const from = first('phone', 'from', 'number', 'sender', 'source');
  const text = first('mes', 'text', 'message');
  if (!text) return fields.has('status') || fields.has('status_id') ? [] : null;
  const phone = from === undefined ? null : toE164(from, channel.country);
  if (!from) return null;
  const at = unixTime(first('time', 'timestamp', 'date'));
  const id = first('id', 'sms_id', 'message_id') ?? `${from}/${at ?? receivedAt}`;
  const said = {
    id,
    thread: phone ?? from,
    side: 'client',
    author: { id: phone ?? from, phone },
    at,
    text,
  } as const;
  return [
    spokenEvent({ ...said, link: phone === null ? null : `tel:${phone}` }, channel, privacy, receivedAt),
  ];
}
