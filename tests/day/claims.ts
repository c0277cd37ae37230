import { CLIENTS } from './company.ts';

/** What a message says of one client. Read by its own patterns, not by the code that writes it. */
export interface Claim {
  readonly client: string;
  readonly state: 'open' | 'closed' | 'joined';
  /** `HH:MM:SS`, the reader's time. */
  readonly since: string | null;
  readonly answerBy: string | null;
  readonly windowEnded: string | null;
  readonly isOverdue: boolean;
  /** Who is responsible; null: the reader. */
  readonly owner: string | null;
  readonly takenBy: string | null;
  readonly outcome: 'answered' | 'attempted' | 'self_served' | 'no_reply_needed' | 'withdrawn' | null;
  readonly lasted: string | null;
  readonly answeredBy: string | null;
  /** A row of a list, which leaves some out. */
  readonly isRow: boolean;
}

export type Reading =
  | { readonly kind: 'card'; readonly claim: Claim }
  | {
      readonly kind: 'list' | 'page';
      readonly claims: readonly Claim[];
      /** How many wait, or no longer wait, by its own count. */
      readonly count: number;
      readonly waits: boolean;
      readonly more: number;
      readonly mark: string;
    }
  | { readonly kind: 'words' };

const TIME = String.raw`(?:\d\d\.\d\d )?(\d\d:\d\d:\d\d)`;
const one = (text: string, ...patterns: readonly RegExp[]): string | null => {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found) return found[1] ?? '';
  }
  return null;
};
const OUTCOMES: readonly (readonly [Exclude<Claim['outcome'], null>, RegExp])[] = [
  ['answered', /(?:отвечено за|answered in) ([\d:]+)(?: — ([^\n·]+))?/i],
  [
    'attempted',
    /(?:перезвонили через|called back after) ([\d:]+), (?:не дозвонились|not reached)(?: — ([^\n·]+))?/i,
  ],
  ['self_served', /(?:клиент дозвонился сам через|the client got through after) ([\d:]+)(?: — ([^\n·]+))?/i],
  ['no_reply_needed', /(?:ответа не нужно|no reply needed)()(?: — ([^\n·]+))?/i],
  ['withdrawn', /(?:клиент удалил сообщение|the client deleted the message)()()/i],
];

function claimOf(client: string, said: string, isRow: boolean): Claim {
  const isOpenInWords =
    /ждёт|ждет|Пропущенный звонок|Ещё не перезвонили|ответить до|is waiting|has waited too long|Missed call|Not called back|waiting since|answer by/.test(
      said,
    );
  const joined = /Это часть другого обращения|This is part of another request/.test(said);
  const ended = isOpenInWords || joined ? undefined : OUTCOMES.find(([, pattern]) => pattern.test(said));
  const [, lasted = null, by = null] = ended?.[1].exec(said) ?? [];
  return {
    client,
    state: joined ? 'joined' : isOpenInWords ? 'open' : 'closed',
    since: one(said, new RegExp(`(?:Ждёт|ждёт) с ${TIME}`), new RegExp(`[Ww]aiting since ${TIME}`)),
    answerBy: one(said, new RegExp(`ответить до ${TIME}`), new RegExp(`answer by ${TIME}`)),
    windowEnded: one(said, new RegExp(`срок вышел в ${TIME}`), new RegExp(`time ran out at ${TIME}`)),
    isOverdue: /🔴/.test(said),
    owner:
      one(
        said,
        /[Оо]твечает ([^\n·]+)/,
        /Передано и принято: ([^\n·]+)/,
        /Передано: ([^\n·.]+)\./,
        /([^\n·]+) is responsible/,
        /Handed over to ([^\n·.,]+?)(?:, who has it|\. Not taken)/,
      )?.trim() ?? null,
    takenBy:
      one(
        said,
        /[Зз]анимается ([^\n·(]+)/,
        /(?:^|[\n·] ?)([^\n·]+) (?:is|are) on it/,
        /([Зз]а вами)(?: до|$)/,
      )?.trim() ?? null,
    outcome: ended?.[0] ?? null,
    lasted: lasted === '' ? null : lasted,
    answeredBy: by?.trim() ?? null,
    isRow,
  };
}

const LIST =
  /^(🔴|⏳|✅) (?:(Ждут ответа|Waiting for an answer): (\d+)( \((?:здесь|here) \d+–\d+\))?|(?:Всем ответили|Больше никто не ждёт|Nobody is waiting any more|Пока вы отдыхали|While you were away): (\d+)|All (\d+) answered)/u;

/** What a person reads. `isPage`: a requested list of those who wait. */
export function read(text: string, isPage: boolean): Reading {
  const list = LIST.exec(text);
  if (list) {
    const rows = text
      .split(/\n(?=\d+\. (?:🔴|⏳|✅))/u)
      .slice(1)
      .map((row) => row.split('\n')[0] ?? '');
    const claims = rows.flatMap((row) => {
      const client = CLIENTS.find((name) => row.includes(name));
      return client === undefined ? [] : [claimOf(client, row, true)];
    });
    return {
      kind: isPage ? 'page' : 'list',
      claims,
      count: Number(list[3] ?? list[5] ?? list[6]),
      waits: list[2] !== undefined,
      more: Number(one(text, /…и ещё (\d+)/, /…and (\d+) more/) ?? 0),
      mark: list[1] ?? '',
    };
  }
  if (!/^(🔴|⏳|✅|🔗|«Удобно|“Is this)/u.test(text)) return { kind: 'words' };
  const client = CLIENTS.find((name) => text.includes(name));
  // Clients may write anything.
  return client === undefined ? { kind: 'words' } : { kind: 'card', claim: claimOf(client, text, false) };
}
