import { beelineScript } from './beelineScript.ts';
import { bitrix24Script, portalTime } from './bitrix24Script.ts';
import { at } from './lineWorld.ts';
import { mangoScript } from './mangoScript.ts';
import { megafonScript } from './megafonScript.ts';
import { onlinepbxScript } from './onlinepbxScript.ts';
import type { ApiAnswer, ApiRequest, PhoneScript } from './phoneProvider.ts';
import { sipuniCsv, sipuniRow, sipuniScript } from './sipuniScript.ts';
import { twilioScript } from './twilioScript.ts';
import { uisScript } from './uisScript.ts';
import { zadarmaScript } from './zadarmaScript.ts';

export type Api = (asked: ApiRequest) => ApiAnswer | null;

/** A field by its name, or the cell of a column. */
type ListedRow = Readonly<Record<string, unknown>>;

/** One exchange's list of calls, as it gives it. */
export interface ListedRows {
  readonly script: PhoneScript;
  /** The list with these rows, a page at a time. `more`: what is asked for besides. */
  list(rows: readonly unknown[], more?: object): Api;
  /** The call that the nth client missed from 10:00:00 to 10:00:20. */
  missed(nth: number): ListedRow;
  /** A call between two colleagues, which says so. */
  readonly inside: ListedRow | null;
  /** How the list says that there were no calls, each in place of the rows. */
  readonly nothing: readonly unknown[];
  /** A text table, of which a cell has no type and is never missing. */
  readonly isCsv?: true;
  /** What says that the call goes on, so that a later look tells it, or that a colleague made it: nothing is lost. */
  readonly saysNothing?: { readonly field: string; readonly by: unknown };
}

export const clientOf = (nth: number): string => `7916000000${nth}`;
const LINE = '74951234567';
const [BEGAN, ENDED] = [at('10:00:00'), at('10:00:20')];
const [from, to] = [BEGAN / 1_000, ENDED / 1_000];
const json = (value: unknown): ApiAnswer => ({ body: JSON.stringify(value) });
const cells = (row: unknown): string[] => Object.values(Object(row)).map((cell) => String(cell ?? ''));
const page = (rows: readonly unknown[], skip: number, limit: number) =>
  Array.isArray(rows) ? rows.slice(skip, skip + limit) : rows;

export const LISTS: Readonly<Record<string, ListedRows>> = {
  mango: {
    isCsv: true,
    script: mangoScript,
    list:
      (rows) =>
      ({ url }) =>
        url.pathname.endsWith('request')
          ? json({ key: 'k' })
          : { body: rows.map((row) => cells(row).join(';')).join('\r\n') },
    missed: (nth) => ({
      start: from,
      finish: to,
      answer: 0,
      from_extension: '',
      from_number: clientOf(nth),
      to_extension: '101',
      to_number: 'sip:101@acme.mangosip.ru',
      disconnect_reason: 1110,
      entry_id: `e${nth}`,
      line_number: LINE,
      location: 'abonent',
    }),
    inside: {
      start: '',
      finish: '',
      answer: 0,
      from_extension: '101',
      from_number: '',
      to_extension: '102',
      to_number: '',
      disconnect_reason: 1110,
      entry_id: '',
      line_number: '',
      location: 'abonent',
    },
    nothing: [[]],
    saysNothing: { field: 'from_extension', by: 'junk' },
  },
  zadarma: {
    script: zadarmaScript,
    list:
      (rows) =>
      ({ url }) => {
        const [skip, limit] = ['skip', 'limit'].map((name) => Number(url.searchParams.get(name)));
        const isIn = url.searchParams.get('call_type') === 'in';
        return json({ status: 'success', stats: isIn ? page(rows, skip ?? 0, limit ?? 0) : undefined });
      },
    missed: (nth) => ({
      sip: '101',
      callstart: '2026-11-23 13:00:00',
      clid: clientOf(nth),
      destination: LINE,
      disposition: 'no answer',
      seconds: 20,
      pbx_call_id: `in_${nth}`,
    }),
    inside: null,
    nothing: [[], null, ''],
  },
  uis: {
    script: uisScript,
    list:
      (rows) =>
      ({ body }) => {
        const { params } = JSON.parse(body) as { params: { offset: number; limit: number } };
        return json({ result: { data: page(rows, params.offset, params.limit) } });
      },
    missed: (nth) => ({
      id: nth,
      start_time: '2026-11-23 13:00:00',
      finish_time: '2026-11-23 13:00:20',
      direction: 'in',
      is_lost: true,
      talk_duration: 0,
      wait_duration: 20,
      virtual_phone_number: LINE,
      contact_phone_number: clientOf(nth),
      employees: null,
      first_answered_employee_id: null,
    }),
    inside: null,
    nothing: [[], null],
    saysNothing: { field: 'finish_time', by: null },
  },
  beeline: {
    script: beelineScript,
    list:
      (rows) =>
      ({ url }) =>
        url.pathname.endsWith('/subscription')
          ? json({ subscriptionId: 's', expires: 86_400 })
          : json(page(rows, Number(url.searchParams.get('page')) * 100, 100)),
    missed: (nth) => ({
      externalTrackingId: `t${nth}`,
      direction: 'INBOUND',
      status: 'MISSED',
      startDate: BEGAN,
      duration: 20_000,
      phone_from: clientOf(nth),
      phone_to: LINE,
      abonent: { extension: '101' },
    }),
    inside: { direction: 'INTERNAL', status: 'MISSED' },
    nothing: [[], null],
  },
  onlinepbx: {
    script: onlinepbxScript,
    list:
      (rows) =>
      ({ url }) =>
        url.pathname.endsWith('auth.json')
          ? json({ data: { key_id: 'id', key: 'k' } })
          : json({ status: '1', data: rows }),
    missed: (nth) => ({
      uuid: `u${nth}`,
      caller_id_number: clientOf(nth),
      destination_number: LINE,
      start_stamp: from,
      end_stamp: to,
      duration: 20,
      user_talk_time: 0,
      accountcode: 'inbound',
      hangup_cause: 'NO_ANSWER',
      gateway: LINE,
    }),
    inside: { caller_id_number: '105', destination_number: '106' },
    nothing: [[], null, ''],
  },
  megafon: {
    script: megafonScript,
    list: (rows) => () => json(rows),
    missed: (nth) => ({
      uid: `c${nth}`,
      type: 'in',
      status: 'missed',
      client: clientOf(nth),
      user: '101',
      diversion: LINE,
      start: '2026-11-23T10:00:00Z',
      wait: 20,
      duration: 0,
    }),
    inside: { uid: 'c9', type: 'internal' },
    nothing: [[], null],
  },
  sipuni: {
    isCsv: true,
    script: sipuniScript,
    list: (rows) => () => ({ body: sipuniCsv(rows.map(cells)) }),
    missed: (nth) => {
      const call = {
        id: `${from}.${nth}`,
        direction: 'in',
        client: clientOf(nth),
        began: BEGAN,
        answered: null,
        isMachine: false,
      } as const;
      return { ...sipuniRow(call, 0) };
    },
    inside: { 0: 'Внутренний', 9: '20' },
    nothing: [[]],
    saysNothing: { field: '9', by: '' },
  },
  twilio: {
    script: twilioScript,
    list: (rows, more) => () => json({ calls: rows, next_page_uri: null, ...more }),
    missed: (nth) => ({
      sid: `CA${nth}`,
      parent_call_sid: null,
      from: `+${clientOf(nth)}`,
      to: `+${LINE}`,
      status: 'completed',
      direction: 'inbound',
      start_time: new Date(BEGAN).toUTCString(),
      end_time: new Date(ENDED).toUTCString(),
      duration: '20',
      answered_by: null,
    }),
    inside: null,
    nothing: [[], null],
  },
  bitrix24: {
    script: bitrix24Script,
    list: (rows, more) => () => json({ result: rows, ...more }),
    missed: (nth) => ({
      ID: String(nth),
      CALL_ID: `in.${nth}`,
      CALL_TYPE: '2',
      PHONE_NUMBER: clientOf(nth),
      PORTAL_NUMBER: LINE,
      PORTAL_USER_ID: '101',
      CALL_DURATION: '20',
      CALL_START_DATE: portalTime(BEGAN),
      CALL_FAILED_CODE: '304',
    }),
    inside: { CALL_TYPE: '5' },
    nothing: [[], null],
  },
};
