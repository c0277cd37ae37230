import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { configSchema } from '@otklik/config';
import { dashboard } from '../../grafana/dashboards.ts';
import type { Check, Finding } from './check.ts';
import { projectRoot } from './command.ts';

interface Generated {
  /** From the root of the project. JSON, laid out by the formatter. */
  readonly file: string;
  content(): unknown;
}

const generated: readonly Generated[] = [
  { file: 'packages/config/otklik.schema.json', content: configSchema },
  { file: 'grafana/dashboards/otklik.json', content: dashboard },
];

/** Compared by content: how the file is laid out is the formatter's business. */
export const generatedFilesCheck: Check = {
  name: 'generated files are what the code makes',
  async run(): Promise<Finding> {
    const states = await Promise.all(
      generated.map(async (entry) => ({ entry, current: await isCurrent(entry) })),
    );
    const stale = states.filter(({ current }) => !current).map(({ entry }) => entry.file);
    if (stale.length === 0) return { ok: true };
    return { ok: false, report: `out of date: ${stale.join(', ')}\nrun  npm run check -- --fix` };
  },
};

/** Writes them all anew. */
export async function writeGeneratedFiles(): Promise<void> {
  for (const { file, content } of generated) {
    await mkdir(dirname(join(projectRoot, file)), { recursive: true });
    await writeFile(join(projectRoot, file), `${JSON.stringify(content(), null, 2)}\n`);
  }
}

async function isCurrent({ file, content }: Generated): Promise<boolean> {
  try {
    const written: unknown = JSON.parse(await readFile(join(projectRoot, file), 'utf8'));
    return isDeepStrictEqual(written, JSON.parse(JSON.stringify(content())));
  } catch {
    return false;
  }
}
