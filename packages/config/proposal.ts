import type { Policy } from '@otklik/domain';
import { z } from 'zod';
import type { Checking } from './checking.ts';
import { inOrder, noteIn } from './collectFaults.ts';
import { jsonSchemaOf } from './configSchema.ts';
import type { ConfigFault, Path } from './fault.ts';
import { parseYaml, type YamlDocument } from './parseYaml.ts';
import { DEFAULT_POLICY, proposePolicies } from './policies.ts';
import { policiesSchema } from './schema.ts';
import { reportShape } from './shapeFaults.ts';
import type { ChannelBase, Config } from './types.ts';

export type ProposalResult<Channel extends ChannelBase = ChannelBase> =
  | { readonly ok: true; readonly config: Config<Channel> }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

const proposalSchema = z.object({ policies: policiesSchema });
const PROPOSAL_SCHEMA = jsonSchemaOf(proposalSchema);

/**
 * The config as it would be with other policies, for a simulation. The text is YAML: either the fields of one policy,
 * which then hold for every channel, or `policies:` with those of the same name put in place (a whole otklik.yaml will
 * do). What a policy leaves out stays as it is now. Pure; never throws for a bad text.
 */
export function readProposal<Channel extends ChannelBase>(
  source: string,
  fileName: string,
  current: Config<Channel>,
): ProposalResult<Channel> {
  const written = parseYaml(source, fileName);
  if (written.faults.length > 0) return { ok: false, faults: [...written.faults] };
  const named = hasPolicies(written.value);
  const yaml = named ? written : asDefault(written);
  const faults: ConfigFault[] = [];
  const checking: Checking = {
    document: { value: yaml.value, references: new Map(), schema: PROPOSAL_SCHEMA },
    report: noteIn(faults, yaml, fileName),
    warn: () => undefined,
  };
  const parsed = proposalSchema.safeParse(yaml.value);
  if (!parsed.success) reportShape(parsed.error.issues, checking.document, checking.report);
  const policies = proposePolicies(checking, current.policies, named ? 'by name' : 'all');
  if (faults.length > 0) return { ok: false, faults: inOrder(faults) };
  return { ok: true, config: withPolicies(current, policies) };
}

/** A whole otklik.yaml has a version, and may leave its policies out. */
const hasPolicies = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (Object.hasOwn(value, 'policies') || Object.hasOwn(value, 'version'));

/** The fields of one policy, as if they stood under `policies: default:`, with their own places in the text. */
function asDefault(yaml: YamlDocument): YamlDocument {
  return {
    value: { policies: { [DEFAULT_POLICY]: yaml.value } },
    faults: yaml.faults,
    positionOf: (path: Path, at) => yaml.positionOf(path.slice(2), at),
  };
}

function withPolicies<Channel extends ChannelBase>(
  config: Config<Channel>,
  policies: ReadonlyMap<string, Policy>,
): Config<Channel> {
  const channels = [...config.channels].map(([id, channel]) => {
    const policy = policies.get(channel.policy.name) ?? channel.policy;
    return [id, { ...channel, policy }] as const;
  });
  return { ...config, policies, channels: new Map(channels) };
}
