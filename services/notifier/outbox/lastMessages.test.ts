import assert from 'node:assert/strict';
import { test } from 'vitest';
import { pingAbout, waiting } from '../testing/company.ts';
import type { Bundle, HandOver } from '../transports/transport.ts';
import { createLastMessages } from './lastMessages.ts';

const SENT: HandOver = { outcome: 'sent', chatId: 7, messageId: 9 };
const bundle = (said: Parameters<typeof pingAbout>[1] = {}): Bundle => [pingAbout(waiting(), said)];

test('a step joins the message of three seconds ago, and none that is older', () => {
  const last = createLastMessages();
  assert.equal(last.toJoin(bundle(), 1_000), null);
  last.remember(bundle(), SENT, 1_000);
  assert.equal(last.toJoin(bundle(), 4_000)?.messageId, 9);
  assert.equal(last.toJoin(bundle(), 4_001), null);
});

test('nothing joins another person’s message, or while quiet hours end, and no card is joined', () => {
  const last = createLastMessages();
  last.remember(bundle({ data: { card: true } }), SENT, 1_000);
  last.remember(bundle(), { outcome: 'sent' }, 1_000);
  assert.equal(last.toJoin(bundle(), 1_000), null);
  last.remember(bundle(), SENT, 1_000);
  assert.equal(last.toJoin(bundle({ recipient: 'boris' }), 1_000), null);
  assert.equal(last.toJoin(bundle({ held: true }), 1_000), null);
});
