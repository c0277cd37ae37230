import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatFault, readProposal } from '@otklik/config';
import { type Locale, readSpan, type SpanProblem } from '@otklik/domain';
import { rulesOf } from '@otklik/engine';
import { type SimulationReport, simulationReport, type TallyReport, watchedSince } from '@otklik/store';
import { withBorders } from './borders.ts';
import { requireConfig } from './config.ts';
import { readEnvironment } from './environment.ts';
import { withStore } from './store.ts';

export const SIMULATE_USAGE = 'policy simulate --policy FILE --from DATE --to DATE [--json]';

/** Prints what a proposed policy would have done on the recorded history. Changes nothing. */
export async function simulatePolicy(args: string[]): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: { policy: text, from: text, to: text, json: { type: 'boolean', default: false } },
  });
  const { policy: file, from, to } = values;
  if (file === undefined || from === undefined || to === undefined)
    return refuse(`policy simulate wants all three: npm run otklik -- ${SIMULATE_USAGE}`);
  const environment = readEnvironment();
  const config = await requireConfig(environment);
  const span = readSpan(from, to, config.timezone, Date.now());
  if ('problem' in span) return refuse(SPAN_PROBLEMS[span.problem]);
  const read = readProposal(readFileSync(file, 'utf8'), file, config);
  if (!read.ok) {
    for (const fault of read.faults) console.error(formatFault(fault));
    return 1;
  }
  const command = { environment, demo: false, command: 'policy simulate', locale: config.locale };
  return withStore(command, async (store) => {
    const watched = withBorders(config, await watchedSince(store));
    const rules = { current: rulesOf(watched), proposed: rulesOf(read.config) };
    const report = await simulationReport(store, rules, span, null);
    const time = { from: isoOf(span.from), to: isoOf(span.to) };
    console.log(
      values.json
        ? JSON.stringify({ ...time, ...report }, null, 2)
        : `${time.from} – ${time.to}\n\n${tableOf(report, config.locale)}`,
    );
    return 0;
  });
}

const isoOf = (at: number): string => new Date(at).toISOString();

const SPAN_PROBLEMS: Readonly<Record<SpanProblem, string>> = {
  from: '--from wants a date (2026-11-01) or an instant (2026-11-01T00:00:00Z)',
  to: '--to wants a date (2026-11-24) or an instant (2026-11-24T00:00:00Z)',
  order: '--from must be before --to',
  length: 'policy simulate looks at a year at most',
};

const WORDS = {
  ru: {
    columns: ['Было', 'Текущие правила', 'Предлагаемые'],
    waits: 'Обращения',
    answered: 'Отвечено',
    breaches: 'Нарушения срока',
    inTime: 'Ответ в срок',
    pings: 'Пинги',
    held: 'Отложено тихими часами',
    person: (name: string) => `  ${name} (из них ночью)`,
    channelBreaches: (channel: string) => `  ${channel}: нарушения`,
    channelInTime: (channel: string) => `  ${channel}: в срок`,
  },
  en: {
    columns: ['Recorded', 'Current policy', 'Proposed'],
    waits: 'Waits',
    answered: 'Answered',
    breaches: 'Breaches',
    inTime: 'In the window',
    pings: 'Pings',
    held: 'Held by quiet hours',
    person: (name: string) => `  ${name} (of them at night)`,
    channelBreaches: (channel: string) => `  ${channel}: breaches`,
    channelInTime: (channel: string) => `  ${channel}: in the window`,
  },
} as const;

function tableOf({ recorded, current, proposed }: SimulationReport, locale: Locale): string {
  const words = WORDS[locale];
  const row = (label: string, cell: (tally: TallyReport) => string | number): string[] => [
    label,
    ...[recorded, current, proposed].map((tally) => String(cell(tally))),
  ];
  const rows = [
    ['', ...words.columns],
    row(words.waits, ({ waits }) => waits),
    row(words.answered, ({ answered }) => answered),
    row(words.breaches, ({ breaches }) => breaches),
    row(words.inTime, (tally) => percent(tally.within_breach)),
    ...recorded.channels.flatMap(({ channel }, at) => [
      row(words.channelBreaches(channel), (tally) => tally.channels[at]?.breaches ?? 0),
      row(words.channelInTime(channel), (tally) => percent(tally.channels[at]?.within_breach ?? null)),
    ]),
    row(words.pings, ({ pings }) => pings),
    row(words.held, ({ held }) => held),
    ...recorded.people.map(({ name }, at) =>
      row(words.person(name), ({ people }) => `${people[at]?.pings ?? 0} (${people[at]?.night ?? 0})`),
    ),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
}

const percent = (share: number | null): string => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);

function refuse(why: string): number {
  console.error(why);
  return 2;
}
