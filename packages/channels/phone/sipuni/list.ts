import { createHash } from 'node:crypto';
import { DAY, type EpochMs, SECOND } from '@otklik/domain';
import { z } from 'zod';
import type { CallFact } from '../../provider/callFact.ts';
import { callProvider, ProviderTrouble } from '../../provider/callProvider.ts';
import { localTime, seconds, wallClock } from '../../provider/times.ts';
import type { PhoneChannel } from '../config.ts';
import type { ExchangeContext, ListCalls } from '../exchange.ts';
import { type ListedCalls, readRows } from '../readRows.ts';
import { callKey, startedAt } from './call.ts';

/** A longer export is cut off. */
const MOST_MS = 6 * DAY;
const ASK_EVERY_MS = 5 * SECOND;

/**
 * Whole days of the exchange's clock. `account` is the system number, `secret` the integration key.
 * https://sipuni.com/api/statistic/export
 */
export function listSipuniCalls(channel: PhoneChannel): ListCalls | null {
  if (channel.account === null || channel.secret === null) return null;
  return (span, context, signal) => callsIn(channel, span, context, signal);
}

async function callsIn(
  channel: PhoneChannel,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
  { timezone, pause }: ExchangeContext,
  signal: AbortSignal,
): Promise<ListedCalls> {
  const told: RawRow[] = [];
  for (let start = from; start < to; start += MOST_MS) {
    if (start > from) await pause(ASK_EVERY_MS, signal);
    const { text } = await callProvider(
      {
        provider: 'Sipuni',
        url: `${channel.apiRoot ?? 'https://sipuni.com'}/api/statistic/export`,
        body: signed(channel, dayOf(start, timezone), dayOf(Math.min(start + MOST_MS, to), timezone)),
      },
      signal,
    );
    told.push(...rowsOf(text));
  }
  const { read, odd } = readRows('Sipuni', told, z.custom<RawRow>(), (row) => legOf(row, timezone));
  return { facts: callsOf(read), odd };
}

/** `23.11.2026` */
const dayOf = (at: EpochMs, timezone: string): string =>
  wallClock(at, timezone).slice(0, 10).split('-').reverse().join('.');

/** The hash is over the values by name, then the secret. */
function signed({ account, secret }: PhoneChannel, from: string, to: string): URLSearchParams {
  const asked = {
    anonymous: '1',
    crmLinks: '0',
    dtmfUserAnswer: '0',
    firstTime: '0',
    from,
    fromNumber: '',
    hangupinitor: '0',
    ignoreSpecChar: '1',
    names: '0',
    numbersInvolved: '0',
    numbersRinged: '0',
    outgoingLine: '1',
    rating: '',
    showTreeId: '0',
    state: '0',
    timeFrom: '',
    timeTo: '',
    to,
    toAnswer: '',
    toNumber: '',
    tree: '',
    type: '0',
    user: account ?? '',
  };
  const text = [...Object.values(asked), secret?.reveal() ?? ''].join('+');
  return new URLSearchParams({ ...asked, hash: createHash('md5').update(text).digest('hex') });
}

type Cell = 'type' | 'status' | 'time' | 'from' | 'to' | 'answered' | 'length' | 'talk' | 'line' | 'id';
type RawRow = Readonly<Record<Cell, string>>;
type Row = RawRow & { readonly direction: 'in' | 'out'; readonly start: EpochMs };

/** Some names have changed over the years. */
const COLUMNS: Readonly<Record<Cell, RegExp>> = {
  type: /^тип$/,
  status: /^статус$/,
  time: /^время$/,
  from: /^откуда$/,
  to: /^куда$/,
  answered: /^кто ответил$/,
  length: /^(длительность|продолжительность) звонка/,
  talk: /^(длительность|продолжительность) разговора/,
  line: /^исходящая линия$/,
  id: /^id записи$/,
};
const OPTIONAL: ReadonlySet<Cell> = new Set(['line']);

/** CSV with semicolons and a header. A day without calls may be empty. */
function rowsOf(csv: string): RawRow[] {
  const [head, ...lines] = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  if (head === undefined) return [];
  const names = cellsOf(head).map((name) => name.toLowerCase());
  const places = Object.entries(COLUMNS).map(
    ([cell, name]) => [cell as Cell, names.findIndex((each) => name.test(each))] as const,
  );
  if (places.some(([cell, place]) => place === -1 && !OPTIONAL.has(cell)))
    throw new ProviderTrouble(NO_STATISTICS);
  return lines.map((line) => {
    const cells = cellsOf(line);
    return Object.fromEntries(places.map(([cell, place]) => [cell, cells[place] ?? ''])) as RawRow;
  });
}

/** A cell with a semicolon is in quotes. */
const cellsOf = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^;]*)(;|$)/g)].map(([, cell = '']) =>
    cell
      .replace(/^"(.*)"$/s, '$1')
      .replaceAll('""', '"')
      .trim(),
  );

const NO_STATISTICS = {
  ru: 'Sipuni не отдала статистику звонков: проверьте account (номер системы) и secret (ключ интеграции)',
  en: 'Sipuni did not give its statistics of calls: check account, the number of the system, and secret, the key of the integration',
};

/** A call in progress has no length. */
function legOf(row: RawRow, timezone: string): Row[] | null {
  const type = row.type.toLowerCase();
  const direction = DIRECTIONS.get(type);
  if (type === 'внутренний') return [];
  if (direction === undefined) return null;
  if (row.length === '') return [];
  const start = startedAt(row.id) ?? localTime(isoOf(row.time), timezone);
  return start === null ? null : [{ ...row, direction, start }];
}

const DIRECTIONS: ReadonlyMap<string, 'in' | 'out'> = new Map([
  ['входящий', 'in'],
  ['исходящий', 'out'],
]);

function callsOf(rows: readonly Row[]): CallFact[] {
  const calls = Map.groupBy(rows, ({ id, time, from, to }) => id || `${time} ${from} ${to}`);
  return [...calls].flatMap(([id, legs]) => callOf(id, legs));
}

/** A voice menu is not named. */
function callOf(id: string, legs: readonly Row[]): CallFact[] {
  const row = legs.find(isTalk) ?? legs[0];
  if (row === undefined) return [];
  const { start } = row;
  const isOut = row.direction === 'out';
  const outside = isOut ? row.to : row.from;
  const employee = (isOut ? row.from : row.answered) || null;
  const base = {
    call: callKey(id, outside),
    direction: isOut ? 'out' : 'in',
    outside,
    line: (isOut ? row.line : row.to) || null,
  } as const;
  const [length, talkSeconds] = [seconds(row.length), seconds(row.talk)];
  const ringing = { ...base, phase: 'ringing', employee: isOut ? employee : null, at: start } as const;
  const ended = { ...base, phase: 'ended', at: start + length * SECOND } as const;
  if (!isTalk(row))
    return [
      ringing,
      { ...ended, employee: isOut ? employee : null, outcome: isOut ? 'no_answer' : 'missed' },
    ];
  const isMachine = employee === null;
  return [
    ringing,
    { ...base, phase: 'answered', which: 'list', employee, isMachine, at: ended.at - talkSeconds * SECOND },
    { ...ended, employee, isMachine, outcome: 'answered', talkSeconds },
  ];
}

const isTalk = ({ status, talk }: RawRow): boolean => status.toLowerCase() === 'отвечен' && seconds(talk) > 0;

/** `23.11.2026 10:00:00` as `2026-11-23 10:00:00` */
const isoOf = (text: string): string => text.replace(/^(\d\d)\.(\d\d)\.(\d{4})/, '$3-$2-$1');
