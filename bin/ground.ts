import { setTimeout as pause } from 'node:timers/promises';
import type { Locale } from '@otklik/domain';
import { embeddedUrl, startEmbeddedPostgres } from '@otklik/postgres';
import { type FolderOwner, type HeldFolder, holdFolder } from '@otklik/store';
import type { Log } from '@otklik/telemetry';
import type { Environment } from './environment.ts';

/** The data folder and the database server under a program. */
export interface Ground {
  readonly databaseUrl: string;
  /** What others who want the folder read. */
  tell: HeldFolder['tell'];
  /** Stops the server if it is ours and gives the folder back, within five seconds. */
  close(): Promise<void>;
}

export interface GroundWanted {
  readonly environment: Environment;
  /** `start`, `run ingest`, or the name of a command. */
  readonly does: string;
  /**
   * It writes into the folder, so no other program may have it. If false, it uses the server of whoever has the
   * folder.
   */
  readonly alone: boolean;
  readonly locale: Locale;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Takes the data folder and starts the embedded server in it, unless another database is named. Who only needs a
 * database uses the running one, and does not stop it.
 */
export async function openGround(wanted: GroundWanted): Promise<Ground> {
  const { environment, alone, log, signal } = wanted;
  const { dataDir: dir, databaseUrl } = environment;
  if (databaseUrl !== null && !alone) return onServer(databaseUrl);
  const folder = await acquireFolder(wanted);
  if (typeof folder === 'string') return onServer(folder);
  const { tell, release } = folder;
  try {
    if (databaseUrl !== null) {
      tell({ database: 'elsewhere' });
      return { databaseUrl, tell, close: async () => release() };
    }
    const server = await startEmbeddedPostgres({
      dir,
      signal,
      onFault: (error) => log.error({ err: error }, 'the embedded database'),
    });
    tell({ database: server.port });
    return { databaseUrl: server.url, tell, close: () => server.stop().finally(release) };
  } catch (error) {
    release();
    throw error;
  }
}

const onServer = (databaseUrl: string): Ground => ({
  databaseUrl,
  tell: () => undefined,
  close: async () => undefined,
});

const LOOK_EVERY_MS = 100;
/** Commands take seconds, and a program ends within ten. */
const PATIENCE_MS = 15_000;

/** The folder, or the database address of whoever has it. */
async function acquireFolder({
  environment,
  does,
  alone,
  locale,
  signal,
}: GroundWanted): Promise<HeldFolder | string> {
  const dir = environment.dataDir;
  for (const end = Date.now() + PATIENCE_MS; ; await pause(LOOK_EVERY_MS, undefined, { signal })) {
    const folder = holdFolder(dir, does);
    if ('tell' in folder) return folder;
    const { owner } = folder;
    const goesOn = owner !== null && isProgram(owner) && !owner.ending;
    if (goesOn && !alone && typeof owner.database === 'number') return embeddedUrl(dir, owner.database);
    const isSettled = goesOn && (alone || owner.database === 'elsewhere');
    if (isSettled || Date.now() > end) throw new Error(inUse(dir, owner, alone, locale));
  }
}

const isProgram = ({ does }: FolderOwner): boolean => does === 'start' || does.startsWith('run ');

function inUse(dir: string, owner: FolderOwner | null, alone: boolean, locale: Locale): string {
  const words = IN_USE[locale];
  if (owner === null) return words.unknown(dir);
  if (!isProgram(owner)) return words.command(dir, owner);
  return !alone && owner.database === 'elsewhere' ? words.elsewhere(owner) : words.program(dir, owner);
}

const IN_USE = {
  ru: {
    program: (dir: string, { pid, address }: FolderOwner) =>
      `«Отклик» уже работает с папкой данных ${dir}: ${address ?? 'ещё запускается'} (процесс ${pid}). Остановите его или назовите в OTKLIK_DATA_DIR другую папку.`,
    command: (dir: string, { pid, does }: FolderOwner) =>
      `С папкой данных ${dir} работает команда «${does}» (процесс ${pid}). Дождитесь её конца или остановите её.`,
    elsewhere: ({ pid }: FolderOwner) =>
      `«Отклик» (процесс ${pid}) работает с базой из DATABASE_URL. Назовите ту же базу и этой команде.`,
    unknown: (dir: string) =>
      `Папка данных ${dir} занята другим «Откликом». Остановите его или назовите в OTKLIK_DATA_DIR другую папку.`,
  },
  en: {
    program: (dir: string, { pid, address }: FolderOwner) =>
      `Otklik already runs on the data folder ${dir}: ${address ?? 'it is still starting'} (process ${pid}). Stop it, or name another folder in OTKLIK_DATA_DIR.`,
    command: (dir: string, { pid, does }: FolderOwner) =>
      `The command "${does}" (process ${pid}) is at work on the data folder ${dir}. Wait until it ends, or stop it.`,
    elsewhere: ({ pid }: FolderOwner) =>
      `Otklik (process ${pid}) works on the database of DATABASE_URL. Name the same one to this command.`,
    unknown: (dir: string) =>
      `The data folder ${dir} is taken by another Otklik. Stop it, or name another folder in OTKLIK_DATA_DIR.`,
  },
} as const;
