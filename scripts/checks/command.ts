import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Check, Finding } from './check.ts';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Whether to believe the output of a command that succeeded. */
type Believable = (output: string) => boolean;

/** A check by a program of node_modules/.bin; its output is the report. */
export function commandCheck(
  name: string,
  program: string,
  args: readonly string[],
  believable: Believable = () => true,
): Check {
  return {
    name,
    async run(): Promise<Finding> {
      const { status, output } = await execute(program, args);
      if (status === 0 && believable(output)) return { ok: true };
      return { ok: false, report: output.trim() || `${program} ended with ${status}` };
    },
  };
}

/** Runs a program of node_modules/.bin in the root. */
export function execute(
  program: string,
  args: readonly string[],
): Promise<{ status: number | null; output: string }> {
  const path = join(projectRoot, 'node_modules', '.bin', program);
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' };
  const child = spawn(path, args, { cwd: projectRoot, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ status: null, output: `${program}: ${error.message}` }));
    child.once('close', (status) => resolve({ status, output }));
  });
}
