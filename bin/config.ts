import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { CONFIG_FORMAT } from '@otklik/channels';
import { type Config, describeConfig, describeYear, formatFault, loadConfig } from '@otklik/config';
import { runningEmbeddedUrl } from '@otklik/postgres';
import { type GoneWaits, peekAtGoneWaits } from '@otklik/store';
import { type Environment, readEnvironment } from './environment.ts';
import { SCHEMA } from './store.ts';

export const missingConfig = (file: string): string =>
  `There is no ${relative(process.cwd(), file) || file}. Copy otklik.example.yaml there and fill it in, or name another file in OTKLIK_CONFIG.`;

/** Reads the config, or ends with all its faults. */
export async function requireConfig(environment: Environment): Promise<Config> {
  const file = environment.configFile;
  if (!existsSync(file)) throw new Error(missingConfig(file));
  const result = await loadConfig(file, CONFIG_FORMAT);
  if (result.ok) return result.config;
  throw new Error(result.faults.map(formatFault).join('\n'));
}

export async function checkConfig(file: string | undefined): Promise<number> {
  const path = file ?? readEnvironment().configFile;
  if (!existsSync(path)) {
    console.error(`There is no ${path}. Copy otklik.example.yaml there and fill it in.`);
    return 1;
  }
  const result = await loadConfig(path, CONFIG_FORMAT);
  if (!result.ok) {
    for (const fault of result.faults) console.error(formatFault(fault));
    return 1;
  }
  const { config, warnings } = result;
  console.log(
    describeConfig(config, CONFIG_FORMAT, config.locale, Date.now(), warnings, await goneWaits(config)),
  );
  return 0;
}

export async function printYear(asked: string | undefined): Promise<number> {
  if (asked !== undefined && !/^20\d\d$/.test(asked)) {
    console.error(`${asked} is no year: write it as 2027.`);
    return 1;
  }
  const config = await requireConfig(readEnvironment());
  const year = Number(asked ?? Temporal.Now.plainDateISO(config.timezone).year);
  console.log(describeYear(config, config.locale, year));
  return 0;
}

export async function printSchema(): Promise<number> {
  console.log(JSON.stringify(CONFIG_FORMAT.jsonSchema, null, 2));
  return 0;
}

/** Waits on channels that this file does not name. Nothing without a database: the file is valid all the same. */
async function goneWaits(config: Config): Promise<GoneWaits[]> {
  const { databaseUrl, dataDir } = readEnvironment();
  const url = databaseUrl ?? runningEmbeddedUrl(dataDir);
  if (url === null) return [];
  try {
    return await peekAtGoneWaits(url, SCHEMA.real, [...config.channels.keys()]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(
      config.locale === 'ru'
        ? `База данных не отвечает (${why}): есть ли открытые ожидания у каналов, которых нет в файле, не проверено.`
        : `The database does not answer (${why}): it is not known whether clients wait on channels that this file does not name.`,
    );
    return [];
  }
}
