import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

export const VERSION = manifest.version;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** The environment's settings, with defaults. */
export interface Environment {
  readonly host: string;
  readonly port: number;
  /** For Prometheus, when not the same port (set in compose). */
  readonly metricsPort: number | null;
  readonly configFile: string;
  /** Named by OTKLIK_CONFIG, not the default. */
  readonly isConfigNamed: boolean;
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly adminToken: string | null;
}

export function readEnvironment(env: NodeJS.ProcessEnv = process.env): Environment {
  return {
    host: env.HOST || '127.0.0.1',
    port: portOf('PORT', env.PORT, 3000),
    metricsPort: env.METRICS_PORT ? portOf('METRICS_PORT', env.METRICS_PORT, 0) : null,
    configFile: resolve(ROOT, env.OTKLIK_CONFIG || 'otklik.yaml'),
    isConfigNamed: Boolean(env.OTKLIK_CONFIG),
    dataDir: folderOf('OTKLIK_DATA_DIR', resolve(ROOT, env.OTKLIK_DATA_DIR || 'data')),
    databaseUrl: databaseUrlOf(env.DATABASE_URL),
    redisUrl: env.REDIS_URL || null,
    adminToken: adminTokenOf(env.OTKLIK_ADMIN_TOKEN),
  };
}

function portOf(name: string, text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${name} is "${text}". Write a port number from 0 to 65535.`);
  return port;
}

function folderOf(name: string, path: string): string {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new Error(`${name} is ${path}, which is a file. Name a folder; it is made when missing.`);
  return path;
}

function databaseUrlOf(text: string | undefined): string | null {
  if (!text) return null;
  if (!/^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new Error(
      'DATABASE_URL is no address of PostgreSQL. Write postgres://USER:PASSWORD@HOST:5432/DATABASE, or leave it out: Otklik then runs its own.',
    );
  return text;
}

/** A guessed token opens the whole board. */
const SHORTEST_ADMIN_TOKEN = 24;

function adminTokenOf(text: string | undefined): string | null {
  if (!text) return null;
  if (text.length < SHORTEST_ADMIN_TOKEN)
    throw new Error(
      `OTKLIK_ADMIN_TOKEN has ${text.length} characters and can be guessed. Make one of at least ${SHORTEST_ADMIN_TOKEN}: openssl rand -hex 24`,
    );
  return text;
}
