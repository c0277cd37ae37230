import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** The environment of what we start: our Node and the dependencies' commands come first on PATH. */
export function environment(node) {
  const path = [dirname(node), join(projectRoot, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: path.join(delimiter) };
}
