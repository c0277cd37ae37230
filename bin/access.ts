import { existsSync } from 'node:fs';
import { formatFault, loadConfig } from '@otklik/config';
import { HOUR } from '@otklik/domain';
import { type Access, type AccessRole, createAccess, type Store } from '@otklik/store';
import { createLog } from '@otklik/telemetry';
import { missingConfig } from './config.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { openEverything } from './store.ts';

const ROLES: readonly AccessRole[] = ['admin', 'head', 'owner', 'ops'];
const LINK_LIFE = 24 * HOUR;

interface Asked {
  readonly role?: string | undefined;
  readonly person?: string | undefined;
  readonly name?: string | undefined;
}

export async function createToken(asked: Asked): Promise<number> {
  return withStore(asked, async (store, access) => {
    console.log(await createAccess(store, 'bearer', access, null));
  });
}

export async function printSignInLink(asked: Asked): Promise<number> {
  const environment = readEnvironment();
  return withStore(
    asked.person === undefined ? { role: 'admin', ...asked } : asked,
    async (store, access, publicUrl) => {
      console.log(
        await signInLink(store, access, publicUrl ?? `http://${environment.host}:${environment.port}`),
      );
    },
  );
}

/** A link that signs one browser in, once, within a day. */
export async function signInLink(store: Store, access: Access, base: string): Promise<string> {
  return `${base}/sign-in?code=${await createAccess(store, 'link', access, Date.now() + LINK_LIFE)}`;
}

async function withStore(
  asked: Asked,
  use: (store: Store, access: Access, publicUrl: string | null) => Promise<void>,
): Promise<number> {
  const environment = readEnvironment();
  // Only without a name for it does a missing file mean the demo.
  if (environment.isConfigNamed && isDemo(environment)) return refuse(missingConfig(environment.configFile));
  const loaded = existsSync(environment.configFile) ? await loadConfig(environment.configFile) : null;
  const config = loaded?.ok ? loaded.config : null;
  const person = asked.person ?? null;
  if (person !== null && config && !config.people.has(person))
    return refuse(
      `nobody in ${environment.configFile} has the id "${person}" (${[...config.people.keys()].join(', ')})`,
    );
  // Whoever is named has their own role, unless another is asked for.
  const wanted = asked.role ?? config?.people.get(person ?? '')?.role;
  const role = ROLES.find((name) => name === wanted);
  if (!role && person !== null && loaded?.ok === false)
    return refuse(`the role of "${person}" cannot be read: ${loaded.faults.map(formatFault).join('\n')}`);
  if (!role) return refuse(`--role wants one of ${ROLES.join(', ')}`);
  if ((role === 'owner' || role === 'head') && person === null)
    return refuse(`--role ${role} wants --person ID: it shows what is theirs`);
  const opened = await openEverything(environment, isDemo(environment), createLog('warn'));
  try {
    await use(opened.store, { role, person, name: asked.name ?? null }, config?.publicUrl ?? null);
  } finally {
    await opened.store.close(); // the embedded server goes on: a running Otklik may be using it
  }
  return 0;
}

const isDemo = (environment: Environment) => !existsSync(environment.configFile);

function refuse(why: string): number {
  console.error(why);
  return 2;
}
