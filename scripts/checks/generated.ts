import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CONFIG_FORMAT } from '@otklik/channels';
import { dashboard } from '../../grafana/dashboards.ts';
import { tableTypes } from '../tableTypes.ts';
import { textsPage } from '../textsPage.ts';
import { webApiTypes } from '../webApiTypes.ts';
import type { Check, Finding } from './check.ts';
import { projectRoot } from './command.ts';

interface Generated {
  /** From the project's root. JSON, formatted by the formatter, or text. */
  readonly file: string;
  content(): unknown | Promise<unknown>;
}

const generated: readonly Generated[] = [
  { file: 'packages/config/otklik.schema.json', content: () => CONFIG_FORMAT.jsonSchema },
  { file: 'grafana/dashboards/otklik.json', content: dashboard },
  { file: 'docs/texts.md', content: textsPage },
  { file: 'packages/store/generated/tables.ts', content: tableTypes },
  { file: 'services/board/web/src/generated/api.ts', content: webApiTypes },
];

const isText = (file: string): boolean => !file.endsWith('.json');

/** Compares content, not format. */
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

export async function writeGeneratedFiles(): Promise<void> {
  for (const { file, content } of generated) {
    await mkdir(dirname(join(projectRoot, file)), { recursive: true });
    const made = await content();
    const text = isText(file) ? String(made) : `${JSON.stringify(made, null, 2)}\n`;
    await writeFile(join(projectRoot, file), text);
  }
}

async function isCurrent({ file, content }: Generated): Promise<boolean> {
  const made = await content();
  try {
    const text = await readFile(join(projectRoot, file), 'utf8');
    if (isText(file)) return text === made;
    const written: unknown = JSON.parse(text);
    return isDeepStrictEqual(written, JSON.parse(JSON.stringify(made)));
  } catch {
    return false;
  }
}
