import { type Config, formatFault, readConfig } from '@otklik/config';

/** The text of an otklik.yaml as the program reads it. */
export function contractConfig(yaml: string, env: Readonly<Record<string, string>> = {}): Config {
  const read = readConfig(yaml, 'otklik.yaml', {
    env,
    readFile: () => {
      throw new Error('no files here');
    },
  });
  if (!read.ok) throw new Error(read.faults.map(formatFault).join('\n'));
  return read.config;
}
