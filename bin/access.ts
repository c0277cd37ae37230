import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CONFIG_FORMAT } from '@otklik/channels';
import { type Config, formatFault, loadConfig } from '@otklik/config';
import { DAY, type EpochMs, HOUR } from '@otklik/domain';
import {
  type Access,
  type AccessRole,
  createAccess,
  type KnownAccess,
  type ListedAccess,
  listAccess,
  type Revoked,
  revokeAccess,
  type Store,
} from '@otklik/store';
import { missingConfig } from './config.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { withStore } from './store.ts';

const ROLES: readonly AccessRole[] = ['admin', 'head', 'owner', 'ops'];
const LINK_LIFE = 24 * HOUR;

interface Asked {
  readonly role?: string | undefined;
  readonly person?: string | undefined;
  readonly name?: string | undefined;
}

export async function createToken(asked: Asked): Promise<number> {
  return withAccess('token create', asked, async (store, access) => {
    console.log(await createAccess(store, 'bearer', access, null, { by: operator() }));
  });
}

export async function printSignInLink(asked: Asked): Promise<number> {
  const environment = readEnvironment();
  return withAccess(
    'sign-in',
    asked.person === undefined ? { role: 'admin', ...asked } : asked,
    async (store, access, publicUrl) => {
      console.log(
        await signInLink(
          store,
          access,
          publicUrl ?? `http://${environment.host}:${environment.port}`,
          operator(),
        ),
      );
    },
  );
}

/** Signs in one browser, once, within a day. */
export async function signInLink(store: Store, access: Access, base: string, by: string): Promise<string> {
  return `${base}/sign-in?code=${await createAccess(store, 'link', access, Date.now() + LINK_LIFE, { by })}`;
}

/** The name of whoever types commands, for the audit log. */
function operator(): string {
  try {
    return `console (${userInfo().username})`;
  } catch {
    return 'console'; // a container's user may have no name
  }
}

const KINDS = { token: 'bearer', session: 'session' } as const;
type Listed = keyof typeof KINDS;

/** `token list` and `session list`: what a person needs to choose one to revoke, never the token. */
export async function listAccesses(what: Listed, person: string | undefined): Promise<number> {
  return withDatabase(`${what} list`, async (store, config) => {
    const { session } = config ?? DEFAULTS;
    const all = await listAccess(store, KINDS[what], Date.now(), session);
    const shown = all.filter((each) => person === undefined || each.person === person);
    if (shown.length === 0) console.log(`There is no ${what}${person === undefined ? '' : ` of ${person}`}.`);
    else console.log(table(shown.map((each) => rowOf(each, config, what === 'session' ? session : null))));
    return 0;
  });
}

/** For `session list` without a readable otklik.yaml. */
const DEFAULTS = { session: { idle: 14 * DAY, max: 90 * DAY } };

function rowOf(
  access: ListedAccess,
  config: Config | null,
  limits: Config['session'] | null,
): Record<string, string> {
  const { id, person, name, created_at: created, last_used_at: used, expires_at: expires } = access;
  const configured = config?.people.get(person ?? '');
  const isGone = person !== null && config !== null && configured === undefined;
  const isTheirs = access.role === 'owner' || access.role === 'head';
  const ends = limits === null ? expires : Math.min(created + limits.max, (used ?? created) + limits.idle);
  return {
    ID: String(id),
    ROLE: isGone
      ? 'none: not in the configuration'
      : isTheirs
        ? (configured?.role ?? access.role)
        : access.role,
    PERSON: person ?? '',
    NAME: name ?? '',
    CREATED: minute(created),
    'LAST USED': used === null ? 'never' : minute(used),
    ENDS: ends === null ? 'never' : minute(ends),
  };
}

const minute = (at: EpochMs): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')}Z`;

/** Without empty columns, each as wide as its content. */
function table(rows: readonly Record<string, string>[]): string {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => row[column] !== ''));
  const lines = [Object.fromEntries(columns.map((column) => [column, column])), ...rows];
  const widths = columns.map((column) => Math.max(...lines.map((row) => row[column]?.length ?? 0)));
  return lines
    .map((row) =>
      columns
        .map((column, i) => (row[column] ?? '').padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** `token revoke` and `session revoke`: at once, in all running processes. */
export async function revokeAccesses(
  what: Listed,
  id: string | undefined,
  person: string | undefined,
): Promise<number> {
  const isOne = (id === undefined) !== (person === undefined);
  if (!isOne || (id !== undefined && !/^\d{1,15}$/.test(id)))
    return refuse(
      `${what} revoke wants an ID of \`${what} list\`${what === 'session' ? ', or --person ID for all of theirs' : ''}`,
    );
  const which: Revoked = person === undefined ? { id: Number(id) } : { person };
  return withDatabase(`${what} revoke`, async (store) => {
    const ended = await revokeAccess(store, KINDS[what], which, operator(), Date.now());
    for (const each of ended) console.log(`Revoked ${what} ${each.id}: ${describe(each)}`);
    if (ended.length > 0) return 0;
    const whose = person === undefined ? `with the ID ${id}` : `of ${person}`;
    console.error(`There is no ${what} ${whose}. \`npm run otklik -- ${what} list\` shows them.`);
    return 1;
  });
}

const describe = ({ role, person, name }: KnownAccess): string =>
  [person, name, `role ${role}`].filter((each) => each !== null).join(', ');

/** The environment with its configuration, which may be faulty; why not, where a file was named that is missing. */
async function readGiven() {
  const environment = readEnvironment();
  // A missing file means the demo only when no file was named.
  if (environment.isConfigNamed && isDemo(environment)) return missingConfig(environment.configFile);
  const loaded = isDemo(environment) ? null : await loadConfig(environment.configFile, CONFIG_FORMAT);
  return { environment, loaded, config: loaded?.ok ? loaded.config : null };
}

async function withDatabase(
  command: string,
  use: (store: Store, config: Config | null) => Promise<number>,
): Promise<number> {
  const given = await readGiven();
  if (typeof given === 'string') return refuse(given);
  const { environment, config } = given;
  const locale = config?.locale ?? 'ru';
  return withStore({ environment, demo: isDemo(environment), command, locale }, (store) =>
    use(store, config),
  );
}

async function withAccess(
  name: string,
  asked: Asked,
  use: (store: Store, access: Access, publicUrl: string | null) => Promise<void>,
): Promise<number> {
  const given = await readGiven();
  if (typeof given === 'string') return refuse(given);
  const { environment, loaded, config } = given;
  const person = asked.person ?? null;
  if (person !== null && config && !config.people.has(person))
    return refuse(
      `nobody in ${environment.configFile} has the id "${person}" (${[...config.people.keys()].join(', ')})`,
    );
  // Default: the person's own role.
  const wanted = asked.role ?? config?.people.get(person ?? '')?.role;
  const role = ROLES.find((name) => name === wanted);
  if (!role && person !== null && loaded?.ok === false)
    return refuse(`the role of "${person}" cannot be read: ${loaded.faults.map(formatFault).join('\n')}`);
  if (!role) return refuse(`--role wants one of ${ROLES.join(', ')}`);
  if ((role === 'owner' || role === 'head') && person === null)
    return refuse(`--role ${role} wants --person ID: it shows what is theirs`);
  const configured = config?.people.get(person ?? '')?.role;
  if ((role === 'owner' || role === 'head') && configured !== undefined && configured !== role)
    console.error(
      `${person} has the role ${configured} in ${environment.configFile}: that is what counts, now and after each edit.`,
    );
  const demo = isDemo(environment);
  const { publicUrl = null, locale = 'ru' } = config ?? {};
  return withStore({ environment, demo, command: name, locale }, async (store) => {
    await use(store, { role, person, name: asked.name ?? null }, publicUrl);
    return 0;
  });
}

const isDemo = (environment: Environment) => !existsSync(environment.configFile);

function refuse(why: string): number {
  console.error(why);
  return 2;
}
