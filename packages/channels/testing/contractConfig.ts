import { formatFault, readConfig } from '@otklik/config';
import { CONFIG_FORMAT, type Config } from '../registry.ts';

/** Parses an otklik.yaml. */
export function contractConfig(yaml: string, env: Readonly<Record<string, string>> = {}): Config {
  const readFile = () => {
    throw new Error('no files here');
  };
  const read = readConfig(yaml, 'otklik.yaml', { env, readFile }, CONFIG_FORMAT);
  if (!read.ok) throw new Error(read.faults.map(formatFault).join('\n'));
  return read.config;
}
