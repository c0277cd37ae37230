// npm run bench [-- --json FILE] [--only NAME]: our speed against the usual recipes, in one run on one machine.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { installMissingPrograms } from '../setup/servers/programs.ts';
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
const failed: { readonly name: string; readonly problem: string }[] = [];
await installMissingPrograms(['redis', 'dovecot']);
for (const name of chosen) {
  try {
    benchmarks.push(await measured(name));
  } catch (error) {
    // The others still run.
    const problem = error instanceof Error ? error.message : String(error);
    failed.push({ name, problem });
    console.error(`${name.padEnd(16)} failed: ${problem}`);
    process.exitCode = 1;
  }
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ machine, benchmarks, failed }, null, 2)}\n`);
}

async function measured(name: keyof typeof BENCHMARKS): Promise<Result> {
  const ground = await startGround(); // none inherits another's tables
  try {
    const result = await BENCHMARKS[name](ground);
    console.log(
      `${name.padEnd(16)} ${result.ratio.toFixed(2)}×   ours ${result.ours.toFixed(0)}, usual recipe ${result.baseline.toFixed(0)} ${result.unit}`,
    );
    if (result.p99_ms !== undefined) {
      const { p50_ms, p99_ms, max_ms, baseline_p50_ms, baseline_p99_ms, baseline_max_ms } = result;
      console.log(
        `${' '.repeat(17)}p50 ${p50_ms}, p99 ${p99_ms}, max ${max_ms} ms; recipe p50 ${baseline_p50_ms}, p99 ${baseline_p99_ms}, max ${baseline_max_ms} ms`,
      );
    }
    return result;
  } finally {
    await ground.stop();
  }
}
