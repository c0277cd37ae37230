import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'vitest';
import { contractConfig } from '../../testing/contractConfig.ts';
import { TestMemory } from '../../testing/testMemory.ts';
import { contextOf } from '../exchange.ts';
import { listTwilioCalls } from './list.ts';

const CLIENT = '+79160000001';
const OURS = '+74951234567';
const ANNA = 'sip:101@acme.sip.twilio.com';
const BEGAN = Date.parse('2026-11-23T10:00:00Z');
const rfc = (second: number): string => new Date(BEGAN + second * 1_000).toUTCString();

async function listed(calls: readonly object[], anna = ANNA) {
  const server = createServer((_, response) => response.end(JSON.stringify({ calls, next_page_uri: null })));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const { port } = server.address() as AddressInfo;
    const config = contractConfig(`
version: 1
people: [{ id: anna, name: Анна }]
channels: [{ id: line, kind: phone, owner: anna, provider: twilio, account: AC1, secret: s-s-s-s, api_root: "http://127.0.0.1:${port}", accounts: { anna: "${anna}" } }]
`);
    const channel = config.channels.get('line');
    if (channel?.kind !== 'phone') throw new Error('no such channel');
    const list = listTwilioCalls(channel);
    const span = { from: BEGAN, to: BEGAN + 600_000 };
    const { facts } = await list(
      span,
      contextOf(channel, config),
      new AbortController().signal,
      new TestMemory(),
    );
    return facts.map(({ call, direction, outside, line, phase, employee, outcome, isMachine }) => {
      assert.ok(direction === 'in' || line === OURS, 'of the line whose number the client is shown');
      return [call, direction, outside, phase, employee, outcome, isMachine ? 'by a machine' : '']
        .join(' ')
        .trim();
    });
  } finally {
    server.close();
  }
}

test('of a call that was ordered the list tells the client’s leg, under the name that the webhook gives it', async () => {
  const times = { start_time: rfc(10), end_time: rfc(70), duration: '60', status: 'completed' };
  const own = { sid: 'p', from: OURS, to: ANNA, direction: 'outbound-api', ...times };
  const client = {
    sid: 'k',
    parent_call_sid: 'p',
    from: OURS,
    to: CLIENT,
    direction: 'outbound-dial',
    ...times,
  };
  assert.deepEqual(await listed([own, client]), [
    `k out ${CLIENT} ringing 101`,
    `k out ${CLIENT} ended 101 answered`,
  ]);
  assert.deepEqual(
    await listed([{ ...own, status: 'no-answer' }]),
    [],
    'our own telephone was not picked up',
  );
});

test('a colleague whose account is a mobile is no machine, and the call is of the line that the client sees', async () => {
  const mobile = '+79031112233';
  const times = { start_time: rfc(10), end_time: rfc(70), duration: '60', status: 'completed' };
  const own = { sid: 'p', from: OURS, to: mobile, direction: 'outbound-api', ...times };
  const client = {
    sid: 'k',
    parent_call_sid: 'p',
    from: OURS,
    to: CLIENT,
    direction: 'outbound-dial',
    ...times,
  };
  assert.deepEqual(await listed([own, client], mobile), [
    `k out ${CLIENT} ringing ${mobile}`,
    `k out ${CLIENT} ended ${mobile} answered`,
  ]);
});
