import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** What Node has compiled is kept here, so that the next start of the same code is faster. */
const compiled = join(projectRoot, 'node_modules', '.cache', 'node');

/** The environment of what we start: our Node and the dependencies' commands come first on PATH. */
export function environment(node) {
  const path = [dirname(node), join(projectRoot, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { NODE_COMPILE_CACHE: compiled, ...process.env, PATH: path.join(delimiter) };
}
