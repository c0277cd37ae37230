import type { Calendar, Policy } from '@otklik/domain';
import { cadenceFrom, checkCadence } from './cadence.ts';
import { resolveCalendar } from './calendar.ts';
import { channelFrom, checkChannels } from './channels.ts';
import type { Checking } from './checking.ts';
import { inOrder, noteIn } from './collectFaults.ts';
import type { ConfigFormat } from './configFormat.ts';
import type { ConfigFault, Report } from './fault.ts';
import { parseYaml, pathKey } from './parseYaml.ts';
import { checkPeople, personFrom } from './people.ts';
import { resolvePolicies } from './policies.ts';
import { type ConfigDeps, resolveReferences } from './references.ts';
import type { ConfigFile } from './schema.ts';
import { reportShape } from './shapeFaults.ts';
import type { ChannelBase, Config } from './types.ts';
import { warnOfLiteralSecrets, warnOfNoJudge, warnOfUnreachable } from './warnings.ts';

export type ReadResult<Channel extends ChannelBase = ChannelBase> =
  | { readonly ok: true; readonly config: Config<Channel>; readonly warnings: ConfigFault[] }
  | { readonly ok: false; readonly faults: ConfigFault[] };

/**
 * The text of otklik.yaml to a checked config, or to everything that is wrong with it, in the order of lines. Pure but for
 * what `world` gives (and the clock, where it gives none); never throws for a bad text. `fileName` stands in the faults and is what `file:` paths are relative to.
 */
export function readConfig<Channel extends ChannelBase>(
  source: string,
  fileName: string,
  deps: ConfigDeps,
  format: ConfigFormat<Channel>,
): ReadResult<Channel> {
  const yaml = parseYaml(source, fileName);
  if (yaml.faults.length > 0) return { ok: false, faults: [...yaml.faults] };
  const faults: ConfigFault[] = [];
  const warnings: ConfigFault[] = [];
  const noteFault = noteIn(faults, yaml, fileName);
  const document = {
    ...resolveReferences(yaml.value, fileName, deps, noteFault),
    schema: format.jsonSchema,
  };
  const report: Report = (path, ...rest) => {
    if (!document.unresolved.has(pathKey(path))) noteFault(path, ...rest);
  };
  const checking: Checking = { document, report, warn: noteIn(warnings, yaml, fileName) };

  const parsed = format.fileSchema.safeParse(document.value);
  if (!parsed.success) reportShape(parsed.error.issues, document, report);
  const calendar = resolveCalendar(checking, deps.now ?? Date.now());
  const policies = resolvePolicies(checking);
  checkPeople(checking);
  checkChannels(policies, format, checking);
  if (parsed.success) checkCadence(parsed.data.cadence, checking);
  if (!parsed.success || faults.length > 0) return { ok: false, faults: inOrder(faults) };

  const config = configFrom(parsed.data, format, policies, calendar);
  warnOfLiteralSecrets(checking);
  warnOfUnreachable(config, checking);
  warnOfNoJudge(config, checking);
  return { ok: true, config, warnings: inOrder(warnings) };
}

function configFrom<Channel extends ChannelBase>(
  file: ConfigFile,
  format: ConfigFormat<Channel>,
  policies: ReadonlyMap<string, Policy>,
  calendar: (Omit<Calendar, 'timezone'> & { readonly country: string | null }) | null,
): Config<Channel> {
  const heads = file.people.filter(({ role }) => role === 'head').map(({ id }) => id);
  const { telegram, email, webhook } = file.notify ?? {};
  return {
    locale: file.locale,
    timezone: file.timezone,
    publicUrl: file.public_url ?? null,
    calendar:
      calendar === null ? null : { timezone: file.timezone, hours: calendar.hours, days: calendar.days },
    country: calendar?.country ?? null,
    people: new Map(file.people.map((entry) => [entry.id, personFrom(entry, file)])),
    policies,
    channels: new Map(
      file.channels.map((entry) => [
        entry.id,
        channelFrom(entry, format, policyNamed(entry.policy, policies), heads, file),
      ]),
    ),
    gone: new Map(),
    notify: {
      telegram: telegram ? { token: telegram.token, apiRoot: telegram.api_root } : null,
      email: email ?? null,
      webhook: webhook ?? null,
    },
    cadence: cadenceFrom(file.cadence),
    privacy: {
      text: file.privacy.text,
      keepText: file.privacy.keep_text,
      keepEvents: file.privacy.keep_events,
    },
    session: file.session,
  };
}

function policyNamed(name: string, policies: ReadonlyMap<string, Policy>): Policy {
  const policy = policies.get(name);
  if (policy === undefined) throw new Error(`policy ${name} passed the checks and is not there`);
  return policy;
}
