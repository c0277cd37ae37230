import { defaultSteps, type Policy } from '@otklik/domain';
import { z } from 'zod';
import { accountsFrom, checkAccountsOfPeople } from './accountsOfPeople.ts';
import { type ChannelBase, channelBase } from './channelBase.ts';
import { type Checking, soundEntries } from './checking.ts';
import { type ConfigFormat, kindOf } from './configFormat.ts';
import type { ChannelEntry } from './configKind.ts';
import { childValue } from './configSchema.ts';
import { checkDuty, dutyFrom } from './duty.ts';
import type { Path } from './fault.ts';
import { nearest } from './nearest.ts';
import { checkUnique } from './people.ts';
import { DEFAULT_POLICY } from './policies.ts';
import { nameSomebody } from './remedies.ts';
import { reportShape } from './shapeFaults.ts';
import { idsIn, lookUp, nameOf, subjectOf } from './subjects.ts';
import { momentIn } from './timeFields.ts';

/** What every kind has, also of a channel whose kind is unknown. */
const channelBaseSchema = z.looseObject(channelBase);

/** Everything that ties a channel to people, policies and the world outside (clause S2; law 6). */
export function checkChannels(
  policies: ReadonlyMap<string, Policy>,
  { channelSchema, kinds }: Pick<ConfigFormat, 'channelSchema' | 'kinds'>,
  checking: Checking,
): void {
  checkUnique('channels', 'id', checking);
  checkFormerly(checking);
  reportUnknownKinds(checking);
  // The loose base, so that a channel with a bad secret still hears about its owner.
  for (const { path, value } of soundEntries(channelBaseSchema, 'channels', checking)) {
    checkPerson([...path, 'owner'], value.owner, checking);
    for (const [index, deputy] of value.deputies.entries())
      checkPerson([...path, 'deputies', index], deputy, checking);
    checkDuty([...path, 'duty'], value.duty, checking, (at, id) => checkPerson(at, id, checking));
    checkDeputies(path, value.owner, value.deputies, checking);
    if (value.head !== undefined) checkPerson([...path, 'head'], value.head, checking);
    checkAccountsOfPeople([...path, 'accounts'], accountsFrom(value.accounts), checking);
    checkPolicy(path, value.policy, checking);
    checkHead(path, value.head, policies.get(value.policy), checking);
  }
  const sound = Map.groupBy(soundEntries(channelSchema, 'channels', checking), ({ value }) => value.kind);
  for (const { kind, check } of kinds) check(sound.get(kind) ?? [], checking);
}

/** An id has one channel, now and before: two would mix their clients. */
function checkFormerly({ document, report }: Checking): void {
  const ids = idsIn(document.value, 'channels');
  const claimed = new Set<string>();
  const entries = lookUp(document.value, ['channels']);
  for (const [index, entry] of Array.isArray(entries) ? entries.entries() : []) {
    const former = childValue(entry, 'formerly');
    for (const [which, id] of Array.isArray(former) ? former.entries() : []) {
      if (typeof id !== 'string') continue;
      const path = ['channels', index, 'formerly', which];
      const name = nameOf(path, document);
      if (childValue(entry, 'id') === id)
        report(path, `${name} is the id that it has now`, 'Write the id that it had before');
      else if (ids.includes(id))
        report(path, `${name} is the id of another channel`, 'Leave it out, or give that channel another id');
      else if (claimed.has(id))
        report(path, `${name} is named twice`, 'An id was one channel’s: name it once');
      claimed.add(id);
    }
  }
}

/** A channel of an unknown kind has been reported for the kind alone; the rest of it is read too. */
function reportUnknownKinds({ document, report }: Checking): void {
  const entries = lookUp(document.value, ['channels']);
  for (const [index, entry] of Array.isArray(entries) ? entries.entries() : []) {
    const issues = channelBaseSchema.safeParse(entry).error?.issues ?? [];
    const inPlace = issues.map((issue) => ({ ...issue, path: ['channels', index, ...issue.path] }));
    reportShape(inPlace, document, report);
  }
}

function checkPerson(path: Path, id: string, { document, report }: Checking): void {
  const ids = idsIn(document.value, 'people');
  if (ids.includes(id)) return;
  const meant = nearest(id, ids);
  const question = meant === null ? '' : `Did you mean ${meant}? `;
  const key = path.findLast((step) => typeof step === 'string') ?? '';
  report(path, `${nameOf(path, document)} names nobody`, question + nameSomebody(key, ids));
}

function checkDeputies(
  path: Path,
  owner: string,
  deputies: readonly string[],
  { document, report }: Checking,
): void {
  for (const [index, deputy] of deputies.entries()) {
    const at = [...path, 'deputies', index];
    if (deputy === owner)
      report(at, `${nameOf(at, document)} is the owner already`, 'Name somebody else, or nobody');
    else if (deputies.indexOf(deputy) < index)
      report(at, `${nameOf(at, document)} is named twice`, 'Name each once');
  }
}

function checkPolicy(path: Path, policy: string, { document, report }: Checking): void {
  const known = new Set([DEFAULT_POLICY, ...Object.keys(lookUp(document.value, ['policies']) ?? {})]);
  if (known.has(policy)) return;
  const at = [...path, 'policy'];
  const meant = nearest(policy, known);
  const question = meant === null ? '' : `Did you mean ${meant}? `;
  report(at, `${nameOf(at, document)} is not under policies`, `${question}Known: ${[...known].join(', ')}`);
}

function checkHead(
  path: Path,
  head: string | undefined,
  policy: Policy | undefined,
  checking: Checking,
): void {
  const { document, report, warn } = checking;
  const heads = headsIn(document.value);
  if (head !== undefined) {
    if (heads.includes(head) || !idsIn(document.value, 'people').includes(head)) return;
    const at = [...path, 'head'];
    warn(
      at,
      `${nameOf(at, document)} has the role owner, and sees only their own channels`,
      `Write  role: head  for ${head}`,
    );
  } else if (
    heads.length !== 1 &&
    areRolesKnown(document.value) &&
    policy?.steps.some(({ notify }) => notify.includes('head'))
  ) {
    const why = heads.length === 0 ? 'nobody has the role head' : `${heads.length} people have the role head`;
    const problem = `the chain of policy "${policy.name}" notifies the head, but it names none and ${why}`;
    const ids = heads.length === 0 ? idsIn(document.value, 'people') : heads;
    const subject = subjectOf(path, document.value);
    if (isWritten(policy)) report(path, `${subject}: ${problem}`, nameSomebody('head', ids));
    else warn(path, `${subject}: ${problem}; the owner is asked instead`, nameSomebody('head', ids));
  }
}

/** A chain that somebody wrote down means what it says. The one that follows from the window asks a head where there is one. */
const isWritten = ({ steps, warn, breach }: Policy): boolean =>
  JSON.stringify(steps) !== JSON.stringify(defaultSteps(warn, breach));

/** Who has the role head, by the text: the entry may be faulty otherwise. */
function headsIn(value: unknown): string[] {
  const people = lookUp(value, ['people']);
  if (!Array.isArray(people)) return [];
  return idsIn({ people: people.filter((person) => childValue(person, 'role') === 'head') }, 'people');
}

/** While somebody's role is mistyped, nothing is said of a head that may be theirs. */
function areRolesKnown(value: unknown): boolean {
  const people = lookUp(value, ['people']);
  if (!Array.isArray(people)) return false;
  const roles: unknown[] = people.map((person) => childValue(person, 'role'));
  return roles.every((role) => role === undefined || role === 'owner' || role === 'head');
}

/** `heads`: the ids of everybody with the role head. The only one is the head of every channel that names none. */
export function channelFrom<Channel extends ChannelBase>(
  entry: ChannelEntry,
  format: Pick<ConfigFormat<Channel>, 'kinds'>,
  policy: Policy,
  heads: readonly string[],
  {
    timezone,
    enforce_from: companys,
  }: { readonly timezone: string; readonly enforce_from?: string | undefined },
): Channel {
  const onlyHead = heads.length === 1 ? heads[0] : undefined;
  const since = entry.enforce_from ?? companys;
  const kind = kindOf(format, entry);
  const base: ChannelBase = {
    id: entry.id,
    kind: entry.kind,
    name: entry.name ?? entry.id,
    formerly: entry.formerly,
    owner: entry.owner,
    duty: dutyFrom(entry.duty, timezone),
    deputies: entry.deputies,
    head: entry.head ?? onlyHead ?? null,
    accounts: accountsFrom(entry.accounts),
    policy,
    enforceFrom: since === undefined ? null : momentIn(since, timezone),
    rate: entry.rate,
    provesPhones: kind.provesPhones(entry),
  };
  // The compiler cannot know that what the kind adds makes the base whole.
  return { ...base, ...kind.settings(entry) } as Channel;
}
