import { DAY, type DurationMs, type EpochMs, HOUR } from '@otklik/domain';
import { pause } from '@otklik/timing';
import { z } from 'zod';
import type { Listener, ListenerDeps, LocalizedText, Memory } from '../channel.ts';
import type { Stray } from './owners.ts';

const PREFIX = 'stray-line:';
const strayShape = z.object({ line: z.string(), channel: z.string().nullable(), at: z.number() });

/** How long a line is reported after its last call. */
const SPOKEN_OF_MS = 7 * DAY;
/** Precision of the last call's time. */
const KEPT_EVERY_MS = HOUR;
const MOST_TOLD = 5;

/** Remembers unlisted lines; the account's feed reports them. */
export async function rememberStrays(memory: Memory, strays: readonly Stray[], at: EpochMs): Promise<void> {
  if (strays.length === 0) return;
  const named = new Map(strays.map((stray) => [`${PREFIX}${stray.line.slice(0, 200)}`, stray]));
  const known = await memory.recall([...named.keys()]);
  const isNew = ([name, { channel }]: [string, Stray]): boolean => {
    const before = read(known.get(name));
    return before === null || before.channel !== channel || at - before.at >= KEPT_EVERY_MS;
  };
  const fresh = [...named]
    .filter(isNew)
    .map(([name, stray]) => [name, JSON.stringify({ ...stray, at })] as const);
  if (fresh.length > 0) await memory.remember(new Map(fresh), 'history');
}

/** Forgets lines that are listed by now or had no call for a week. */
export async function strayGaps(
  memory: Memory,
  isListed: (line: string) => boolean,
  now: EpochMs,
): Promise<readonly LocalizedText[]> {
  const all = [...(await memory.recallAll(PREFIX))].map(([name, text]) => ({ name, stray: read(text) }));
  const gone = all.filter(
    ({ stray }) => stray === null || now - stray.at > SPOKEN_OF_MS || isListed(stray.line),
  );
  if (gone.length > 0) await memory.remember(new Map(gone.map(({ name }) => [name, null])), 'history');
  const left = all.filter((each) => !gone.includes(each)).flatMap(({ stray }) => stray ?? []);
  const lines = left.sort((a, b) => (a.line < b.line ? -1 : 1)).slice(0, MOST_TOLD);
  return lines.map(({ line, channel }) => (channel === null ? unwatched(line) : unlisted(line, channel)));
}

function read(text: string | undefined): z.output<typeof strayShape> | null {
  try {
    return strayShape.parse(JSON.parse(text ?? ''));
  } catch {
    return null;
  }
}

const unlisted = (line: string, channel: string): LocalizedText => ({
  ru: `звонки на линию ${line} попадают в канал ${channel}, потому что ни один канал её не называет: добавьте её в numbers того канала, чья она`,
  en: `calls to the line ${line} go to the channel ${channel}, because no channel names it: add it to numbers of the channel that it belongs to`,
});

const unwatched = (line: string): LocalizedText => ({
  ru: `звонки на номер ${line} не видит ни один канал: если за ним нужно следить, добавьте его в numbers (может быть, там опечатка); если так и задумано, делать ничего не нужно`,
  en: `calls to the number ${line} are seen by no channel: if it is to be watched, add it to numbers (there may be a slip of the pen there); if it is meant so, nothing is to be done`,
});

/** Reports the gaps of accounts without a list. */
export function watchStrays(
  gaps: () => Promise<readonly LocalizedText[]>,
  tell: (gaps: readonly LocalizedText[]) => void,
  everyMs: DurationMs,
  { log }: Pick<ListenerDeps, 'log'>,
): Listener {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const told = await gaps();
        if (!stopping.signal.aborted) tell(told);
      } catch (error) {
        log.warn({ err: error }, 'the lines that no channel lists could not be recalled; they are later');
      }
      await pause(everyMs, stopping.signal);
    }
  };
  return { stop: () => stopping.abort(), done: run() };
}
