import assert from 'node:assert/strict';
import { until } from '@otklik/testing';
import { it } from 'vitest';
import { enterBy, startOtklik } from './otklik.ts';

interface Wait {
  readonly owner: string;
}

it('a demo runs: marked as such, in a place of its own, with a way in and waits to see', async () => {
  const otklik = await startOtklik({ config: '', args: ['--demo'], env: { OTKLIK_ADMIN_TOKEN: '' } });
  try {
    assert.match(otklik.printed(), /^DEMO: /m);
    const link = await until(() => /works once: (\S+)/.exec(otklik.printed())?.[1], { what: 'a way in' });
    const entered = await enterBy(link);
    const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
    const ask = async <T>(path: string) =>
      (await (await fetch(`${otklik.base}/api/v1${path}`, { headers: { cookie } })).json()) as T;
    assert.equal((await ask<{ demo: boolean }>('/me')).demo, true);
    const waits = await until(
      async () => {
        const { items } = await ask<{ items: Wait[] }>('/waits');
        return items.length > 0 && items;
      },
      { timeoutMs: 20_000, what: 'a simulated client waits' },
    );
    assert.ok(['anna', 'boris', 'daria'].includes(waits[0]?.owner ?? ''));
    await until(() => /^DEMO .* → /m.test(otklik.printed()), {
      timeoutMs: 40_000,
      what: 'a ping on the terminal',
    });
  } finally {
    await otklik.stop();
  }
});
