import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url));

/** Node's compile cache: the next start is faster. */
const compiled = join(projectRoot, 'node_modules', '.cache', 'node');

/** With our Node and the dependencies' commands first on PATH. */
export function environment(node) {
  const path = [dirname(node), join(projectRoot, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { NODE_COMPILE_CACHE: compiled, ...process.env, PATH: path.join(delimiter) };
}
