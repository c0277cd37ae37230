import assert from 'node:assert/strict';
import { defaultSteps, MINUTE } from '@otklik/domain';
import { describe, it } from 'vitest';
import { formatFault } from './fault.ts';
import { readProposal } from './proposal.ts';
import { configOf, SMALLEST } from './testing/reading.ts';

const CURRENT = configOf(
  SMALLEST.replace(
    'channels:',
    `policies:
  default: { take_lease: 1m, counts_as_answer: { closing: true } }
  calm: { warn: 10m, breach: 20m, steps: [{ at: 10m, notify: [head] }] }
channels:
  - { id: line, kind: webhook, owner: anna, policy: calm, secret: env:SITE_SECRET }`,
  ),
);

const proposed = (text: string) => {
  const result = readProposal(text, 'new.yaml', CURRENT);
  assert.ok(result.ok, result.ok ? '' : result.faults.map(formatFault).join('\n'));
  return (channel: string) => {
    const found = result.config.channels.get(channel)?.policy;
    assert.ok(found);
    return found;
  };
};
const faults = (text: string): string[] => {
  const result = readProposal(text, 'new.yaml', CURRENT);
  assert.ok(!result.ok);
  return result.faults.map(formatFault);
};

describe('a proposed policy', () => {
  it('may stand in a whole otklik.yaml, also in one that leaves its policies out', () => {
    const policyOf = proposed(SMALLEST);
    assert.deepEqual(policyOf('line'), CURRENT.channels.get('line')?.policy);
    const later = proposed(SMALLEST.replace('channels:', 'policies: { calm: { breach: 30m } }\nchannels:'));
    assert.equal(later('line').breach, 30 * MINUTE);
  });

  it('of fields alone holds for every channel, and leaves as it is what it does not name', () => {
    const policyOf = proposed('breach: 40m\n');
    assert.deepEqual([policyOf('site').breach, policyOf('site').takeLease], [40 * MINUTE, MINUTE]);
    assert.equal(policyOf('line').breach, 40 * MINUTE);
    assert.equal(policyOf('site').countsAsAnswer.closing, true);
    assert.deepEqual(policyOf('site').steps, defaultSteps(3 * MINUTE, 40 * MINUTE));
    assert.match(faults('breach: 4m\n')[0] ?? '', /policy "calm": warn 10m \(left out here\) is not before/);
  });

  it('under policies holds for its name only', () => {
    const policyOf = proposed('policies:\n  calm: { take_lease: 5m }\n');
    assert.deepEqual([policyOf('line').takeLease, policyOf('site').takeLease], [5 * MINUTE, MINUTE]);
    assert.deepEqual(policyOf('line').steps, CURRENT.channels.get('line')?.policy.steps);
  });

  it('in a whole otklik.yaml is found there', () => {
    assert.equal(
      proposed(SMALLEST.replace('channels:', 'policies: { default: { breach: 9m } }\nchannels:'))('site')
        .breach,
      9 * MINUTE,
    );
  });

  it('that changes nothing is the present one', () => {
    assert.deepEqual(proposed('policies: {}')('line'), CURRENT.channels.get('line')?.policy);
  });

  const wrong = [
    { text: 'breech: 4m\n', says: /^new\.yaml:1:1 .*unknown key "breech".*Did you mean breach/ },
    { text: 'warn: 3m\nbreach: soon\n', says: /^new\.yaml:2:9 .*"soon" is not a duration/ },
    {
      text: 'policies:\n  night: { breach: 4m }\n',
      says: /^new\.yaml:2:3 .*policy "night" is not in the configuration.*default, calm/,
    },
    { text: 'steps:\n  - { every: 5m, notify: [owner] }\n', says: /^new\.yaml:2:5 / },
    { text: '- 1\n', says: /^new\.yaml:1:/ },
    { text: '', says: /^new\.yaml:1:1/ },
    { text: 'a: [', says: /^new\.yaml:/ },
  ];
  for (const { text, says } of wrong)
    it(`is refused with its place: ${JSON.stringify(text)}`, () => assert.match(faults(text)[0] ?? '', says));
});
