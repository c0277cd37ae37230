import { type EpochMs, SECOND } from '@otklik/domain';
import { dateTime, seconds } from '../../provider/times.ts';
import { isColleague, isMachine, isOurs } from './address.ts';
import type { Leg } from './conference.ts';

type Form = ReadonlyMap<string, string>;

interface About {
  readonly sid: string;
  readonly direction: string;
  readonly from: string;
  readonly to: string;
  readonly status: string;
}

const OVER = /^(completed|busy|no-answer|canceled|failed)$/;
const UP = /^(in-progress|answered)$/;

/** The client's, or one that the API made; null for any other. */
function bareLeg({ sid, direction, from, to }: About, ours: ReadonlySet<string>, began: EpochMs): Leg | null {
  const isClients = direction === 'inbound' && !isColleague(from);
  if (sid === '' || (!isClients && (direction !== 'outbound-api' || isColleague(from)))) return null;
  return {
    sid,
    kind: !isClients && isOurs(to, ours) ? 'agent' : 'client',
    direction: isClients ? 'in' : 'out',
    from,
    to,
    began,
    picked: null,
    ended: null,
    dials: false,
    conference: null,
    joined: null,
    left: null,
    spoke: false,
  };
}

/** It is a conference's callback, not a call's. */
export const isOfConference = (form: Form): boolean =>
  form.has('ConferenceSid') && form.has('StatusCallbackEvent') && !form.has('CallStatus');

/** The leg of a request; null for a child. */
export function legOfForm(form: Form, ours: ReadonlySet<string>, now: EpochMs): Leg | null {
  const at = dateTime(form.get('Timestamp')) ?? now;
  const sid = form.get('CallSid') ?? '';
  if (isOfConference(form)) return sid === '' ? null : participant(form, sid, at);
  if (form.get('ParentCallSid')) return null;
  const [status, direction] = [form.get('CallStatus') ?? '', form.get('Direction') ?? ''];
  const about = { sid, status, direction, from: form.get('From') ?? '', to: form.get('To') ?? '' };
  const length = seconds(form.get('CallDuration')) * SECOND;
  const leg = bareLeg(about, ours, OVER.test(status) ? at - length : at);
  return (
    leg && {
      ...leg,
      picked: UP.test(status) ? at : length > 0 ? at - length : null,
      ended: OVER.test(status) ? at : null,
      dials: isMachine(form.get('AnsweredBy')),
    }
  );
}

/** https://www.twilio.com/docs/voice/twiml/conference#attributes-statusCallback */
function participant(form: Form, sid: string, at: EpochMs): Leg {
  const event = form.get('StatusCallbackEvent') ?? '';
  return {
    sid,
    kind: 'other',
    direction: 'in',
    from: '',
    to: '',
    began: at,
    picked: null,
    ended: null,
    dials: false,
    conference: form.get('ConferenceSid') ?? null,
    joined: event === 'participant-join' ? at : null,
    left: event === 'participant-leave' ? at : null,
    spoke: form.get('Muted') !== 'true' && form.get('Coaching') !== 'true',
  };
}

/** A child was dialled: the colleague is transferred, or somebody answered the client. */
export function parentOfForm(form: Form, known: ReadonlyMap<string, Leg>): Leg | null {
  const parent = known.get(form.get('ParentCallSid') ?? '');
  if (!parent || parent.dials) return null;
  const isPickedUp = UP.test(form.get('CallStatus') ?? '') || seconds(form.get('CallDuration')) > 0;
  return parent.kind === 'agent' || isPickedUp ? { ...parent, dials: true } : null;
}

interface ListedLeg extends About {
  readonly parent_call_sid: string;
  readonly start_time: string;
  readonly end_time: string;
  readonly duration: string;
  readonly answered_by: string;
}

/** The list has the pick-up time of a finished call. */
export function legOfRow(row: ListedLeg, rows: readonly ListedLeg[], ours: ReadonlySet<string>): Leg | null {
  const [start, end] = [dateTime(row.start_time), dateTime(row.end_time)];
  const began = start ?? end;
  if (row.parent_call_sid !== '' || began === null) return null;
  const leg = bareLeg(row, ours, began);
  if (leg === null) return null;
  const length = seconds(row.duration) * SECOND;
  const children = rows.filter(({ parent_call_sid }) => parent_call_sid === row.sid);
  const spoken = children.filter(({ status, duration }) => UP.test(status) || seconds(duration) > 0);
  return {
    ...leg,
    picked: end !== null ? (length > 0 ? end - length : null) : UP.test(row.status) ? began : null,
    ended: end,
    dials: (leg.kind === 'agent' ? children : spoken).length > 0 || isMachine(row.answered_by),
  };
}
