import assert from 'node:assert/strict';
import type { Rules } from '@otklik/domain';
import { test } from 'vitest';
import { at } from '../../../packages/domain/testing/story.ts';
import { company } from '../testing/company.ts';
import { type ChoiceDeps, colleaguesFor } from './colleagues.ts';

const config = company();
const world = (over: Partial<ChoiceDeps> = {}): ChoiceDeps => ({
  config,
  rules: { ...config, policies: config.policies } as unknown as Rules,
  open: new Map(),
  canReach: () => true,
  now: at('10:00:00'),
  ...over,
});
const told = (over: Partial<ChoiceDeps> = {}) =>
  colleaguesFor({ owner: 'anna', channel: 'site' }, world(over)).map(
    ({ id, but }) => `${id}${but === null ? '' : ` ${but}`}`,
  );

test('whoever stands behind the channel is offered, and never its owner', () => {
  assert.deepEqual(told(), ['boris', 'vera']);
});

test('whom nothing reaches is last, and marked', () => {
  assert.deepEqual(told({ canReach: (id) => id !== 'boris' }), ['vera', 'boris deaf']);
});

test('whoever is away is last, and marked', () => {
  const boris = config.people.get('boris');
  assert.ok(boris);
  const people = new Map([
    ...config.people,
    ['boris', { ...boris, away: [{ from: '2026-01-01', to: '2027-01-01' }] }],
  ]);
  assert.deepEqual(told({ config: { ...config, people } }), ['vera', 'boris away']);
});

test('whoever has as many clients as the policy lets them is last, and marked', () => {
  const site = config.channels.get('site');
  assert.ok(site);
  const channels = new Map([
    ...config.channels,
    ['site', { ...site, policy: { ...site.policy, overload: 2 } }],
  ]);
  const rules = { ...config, channels } as unknown as Rules;
  assert.deepEqual(told({ rules, open: new Map([['boris', 2]]) }), ['vera', 'boris full']);
});
