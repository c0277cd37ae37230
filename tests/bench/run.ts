// npm run bench [-- --json FILE] [--only NAME]: how fast it is, against the usual recipes, in one run on one machine.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { engineRate } from './engineRate.ts';
import { mailbox } from './mailbox.ts';
import { startGround } from './programs.ts';
import type { Result } from './result.ts';
import { stepLateness } from './stepLateness.ts';
import { webhookRate } from './webhookRate.ts';

const BENCHMARKS = {
  webhook_rate: webhookRate,
  engine_rate: engineRate,
  step_lateness: stepLateness,
  mailbox,
};

const { values } = parseArgs({ options: { json: { type: 'string' }, only: { type: 'string' } } });
const names = Object.keys(BENCHMARKS) as (keyof typeof BENCHMARKS)[];
const chosen = names.filter((name) => values.only === undefined || name === values.only);
if (chosen.length === 0)
  throw new Error(`There is no benchmark "${values.only}". There are ${names.join(', ')}.`);

const machine = {
  cpu: cpus()[0]?.model ?? '',
  cores: availableParallelism(),
  memory_gib: Math.round(totalmem() / 2 ** 30),
  node: process.version,
};
const benchmarks: Result[] = [];
for (const name of chosen) {
  const ground = await startGround(); // anew for each: none inherits another's tables
  try {
    const result = await BENCHMARKS[name](ground);
    benchmarks.push(result);
    console.log(
      `${name.padEnd(16)} ${result.ratio.toFixed(2)}×   ours ${result.ours.toFixed(0)}, usual recipe ${result.baseline.toFixed(0)} ${result.unit}`,
    );
    if (result.p99_ms !== undefined) {
      const { p50_ms, p99_ms, max_ms, baseline_p50_ms, baseline_p99_ms, baseline_max_ms } = result;
      console.log(
        `${' '.repeat(17)}p50 ${p50_ms}, p99 ${p99_ms}, max ${max_ms} ms; recipe p50 ${baseline_p50_ms}, p99 ${baseline_p99_ms}, max ${baseline_max_ms} ms`,
      );
    }
  } finally {
    await ground.stop();
  }
}
if (values.json !== undefined)
  writeFileSync(values.json, `${JSON.stringify({ machine, benchmarks }, null, 2)}\n`);
