import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import manifest from '../package.json' with { type: 'json' };

export const VERSION = manifest.version;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What the environment asks for: CONTRACT's variables and their defaults. */
export interface Environment {
  readonly host: string;
  readonly port: number;
  /** Where Prometheus reads, when not on the same port: set in compose. */
  readonly metricsPort: number | null;
  readonly configFile: string;
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
    dataDir: resolve(ROOT, env.OTKLIK_DATA_DIR || 'data'),
    databaseUrl: env.DATABASE_URL || null,
    redisUrl: env.REDIS_URL || null,
    adminToken: env.OTKLIK_ADMIN_TOKEN || null,
  };
}

function portOf(name: string, text: string | undefined, fallback: number): number {
  if (!text) return fallback;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`${name} is "${text}". Write a port number from 0 to 65535.`);
  return port;
}
