import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { freePort, until } from '@otklik/testing';
import { it } from 'vitest';
import { twilioPost } from '../../packages/channels/phone/twilio/testing/script.ts';
import { startOtklik } from './otklik.ts';
import { PROGRAM } from './program.ts';

/** `account`: the Twilio account that we take for ours. Changing it stands for a version that understands more. */
const company = (account: string, base: string, apiRoot: string) => `
version: 1
locale: ru
public_url: ${base}
people: [{ id: olga, name: Ольга }]
channels:
  - { id: line, kind: phone, provider: twilio, account: ${account}, secret: the-auth-token-of-this-test, api_root: "${apiRoot}", owner: olga }
enforce_from: 2026-01-01
`;

interface KeptAside {
  readonly items: readonly { id: number; reason: string; why: string; seen_at: string | null }[];
  readonly waiting: number;
  readonly left: number;
}
interface Channels {
  readonly items: readonly { gaps: string[]; kept_aside: number }[];
}

it('what was not understood is a gap until a person has looked, and is a client as soon as it is understood', async () => {
  const twilio = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"calls":[],"next_page_uri":null}'),
  );
  await new Promise<void>((listening) => twilio.listen(0, '127.0.0.1', listening));
  const apiRoot = `http://127.0.0.1:${(twilio.address() as AddressInfo).port}`;
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const config = company('AC0000000000', base, apiRoot);
  const otklik = await startOtklik({ config, env: { PORT: String(port) } });
  const post = async (fields: Record<string, string>, change = '') => {
    const { headers, body } = twilioPost(fields, `${base}/hooks/line`);
    const init = { method: 'POST', headers: { ...headers }, body: body + change };
    return (await fetch(`${base}/hooks/line`, init)).status;
  };
  const aside = async () => (await otklik.api<KeptAside>('/channels/line/kept-aside')).body;
  const channel = async () => (await otklik.api<Channels>('/channels')).body.items[0];
  const waits = async () =>
    (await otklik.api<{ items: { opened_at: string }[] }>('/waits?state=open')).body.items;
  try {
    const at = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 5_000);
    const missed = {
      CallSid: 'CA1',
      CallStatus: 'no-answer',
      Direction: 'inbound',
      From: '+79990000001',
      To: '+74951234567',
      Timestamp: at.toUTCString(),
    };
    assert.equal(await post(missed), 204);
    assert.equal(await post(missed), 204, 'the provider says it twice');
    assert.equal(await post({ ...missed, CallSid: 'CA2', CallStatus: 'telepathy' }), 204);
    assert.equal(
      await post({ ...missed, CallSid: 'CA3' }, '&forged=1'),
      401,
      'what is not theirs is nobody’s',
    );
    const kept = await aside();
    assert.deepEqual([kept.items.length, kept.left, kept.waiting], [2, 2, 0]);
    const told = await channel();
    assert.equal(told?.kept_aside, 2);
    assert.match(told?.gaps.join() ?? '', /не разобрано и отложено: 2\. Среди этого может быть клиент/);

    const checked = await promisify(execFile)(process.execPath, [PROGRAM, 'channel', 'check', 'line'], {
      env: {
        ...process.env,
        OTKLIK_CONFIG: otklik.configFile,
        DATABASE_URL: otklik.databaseUrl,
        REDIS_URL: '',
      },
    });
    assert.match(checked.stdout, /! не разобрано и отложено: 2/);

    const upTo = Math.max(...kept.items.map(({ id }) => id));
    const seen = await otklik.api<{ seen: number }>('/channels/line/kept-aside/seen', {
      method: 'POST',
      body: { up_to: upTo },
    });
    assert.deepEqual([seen.status, seen.body.seen], [200, 2]);
    const looked = await channel();
    assert.deepEqual([looked?.kept_aside, looked?.gaps.filter((gap) => gap.includes('отложено'))], [0, []]);

    const again = () =>
      otklik.api<{ asked: number }>('/channels/line/kept-aside/read-again', { method: 'POST', body: {} });
    const read = () =>
      until(async () => (await aside()).waiting === 0, { timeoutMs: 20_000, what: 'it is read' });
    assert.equal((await again()).body.asked, 2);
    await read();
    assert.equal((await aside()).left, 2, 'this version understands no more of it than before');

    otklik.edit(company('AC0123456789', base, apiRoot));
    await until(
      async () => {
        await again();
        await read();
        return (await aside()).left === 1;
      },
      { timeoutMs: 30_000, what: 'the new configuration is in force' },
    );
    await until(async () => (await waits()).length === 1, { timeoutMs: 20_000, what: 'the client waits' });
    assert.equal((await waits())[0]?.opened_at, at.toISOString(), 'since they called');
    const { body: audit } = await otklik.api<{ items: { action: string }[] }>('/audit');
    assert.deepEqual(
      [...new Set(audit.items.map(({ action }) => action))]
        .filter((action) => action.startsWith('kept'))
        .sort(),
      ['kept_aside_read_again', 'kept_aside_seen'],
    );
  } finally {
    await otklik.stop();
    twilio.closeAllConnections();
    twilio.close();
  }
});
