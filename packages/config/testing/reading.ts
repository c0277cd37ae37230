import { readFileSync } from 'node:fs';
import { type ChannelConfig, CONFIG_FORMAT, type Config } from '../../channels/registry.ts';
import { type ConfigDeps, type ConfigFault, formatFault, readConfig } from '../index.ts';
import type { ReadResult } from '../readConfig.ts';

/** The kinds of channels that the program has. */
export { CONFIG_FORMAT };

export const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

export const ENV = {
  SITE_SECRET: SIGNING_SECRET,
  NOTIFY_SECRET: SIGNING_SECRET,
  OTKLIK_BOT_TOKEN: '123456:bot-token',
  SMTP_URL: 'smtp://otklik:hunter2@mail.example.ru:587',
};

/** Of a year whose holidays are known, and far from the next. */
const NOW = Date.parse('2026-07-01T12:00:00Z');

/** The example of the outer contract, word for word. */
export const CONTRACT_EXAMPLE = readFileSync(
  new URL('../samples/contract.yaml.txt', import.meta.url),
  'utf8',
);

/** The smallest config that is taken without a warning; the tests change one thing of it. */
export const SMALLEST = `version: 1
people:
  - { id: anna, name: Анна, telegram: 1 }
  - { id: vera, name: Вера, role: head, telegram: 2 }
channels:
  - { id: site, kind: webhook, owner: anna, secret: env:SITE_SECRET }
notify: { telegram: { token: env:OTKLIK_BOT_TOKEN } }
`;

interface World {
  readonly env?: ConfigDeps['env'];
  readonly files?: Readonly<Record<string, string>>;
  readonly now?: ConfigDeps['now'];
}

export function read(
  source: string,
  { env = ENV, files = {}, now = NOW }: World = {},
): ReadResult<ChannelConfig> {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  return readConfig(source, 'otklik.yaml', { env, readFile, now }, CONFIG_FORMAT);
}

/** The config of a text that must be taken. */
export function configOf(source: string, world?: World): Config {
  const result = read(source, world);
  if (!result.ok) throw new Error(result.faults.map(formatFault).join('\n'));
  return result.config;
}

export function faultsOf(source: string, world?: World): readonly ConfigFault[] {
  const result = read(source, world);
  return result.ok ? [] : result.faults;
}

/** `path: message` of every fault, or of every warning of a config that is taken. */
export function told(source: string, world?: World): string[] {
  const result = read(source, world);
  return (result.ok ? result.warnings : result.faults).map(({ path, message }) => `${path}: ${message}`);
}
