import assert from 'node:assert/strict';
import { it } from 'vitest';
import { PRIVACY } from '../testing/channelBase.ts';
import { TestWorld } from '../testing/testWorld.ts';
import { Intake } from './intake.ts';
import { Journal } from './journal.ts';
import type { RawWaMessage } from './rawEvent.ts';
import { TEST_PACE, whatsappConfig } from './testing/world.ts';
import { vaultOf } from './vault.ts';

const message = (chat: string, fromMe: boolean, id: string): RawWaMessage => ({
  chat,
  chatAlt: null,
  participant: null,
  participantAlt: null,
  fromMe,
  id,
  sentAt: 1_795_410_000,
  pushName: null,
  wasQueued: false,
  isResent: false,
  isUndecrypted: false,
  content: { kind: 'speech', text: id },
  journal: null,
});

const LID = '123450000000001@lid';
const PN = '79990000001@s.whatsapp.net';

for (const [question, answer] of [
  [LID, PN],
  [PN, LID],
] as const)
  it(`a question under ${question} and an answer under ${answer} are one conversation, asked for once`, async () => {
    const world = new TestWorld();
    const asked: string[] = [];
    const channel = whatsappConfig();
    const intake = new Intake({
      channel,
      privacy: PRIVACY,
      deps: world,
      journal: new Journal(world.memory, vaultOf(channel.key.reveal(), channel.id)),
      pace: TEST_PACE,
      self: () => ({ pn: null, lid: null }),
      changed: () => undefined,
      otherAddress: async (jid) => {
        asked.push(jid);
        return question;
      },
    });
    const stopping = new AbortController();
    const done = intake.run(stopping.signal);
    intake.push({ type: 'message', message: message(question, false, 'q1') });
    await intake.idle();
    intake.push({ type: 'message', message: message(answer, true, 'a1') });
    intake.push({ type: 'message', message: message(answer, true, 'a2') });
    await intake.idle();
    stopping.abort();
    await done;
    const events = world.kept.flatMap((delivery) => delivery.events);
    assert.equal(events.length, 3);
    assert.deepEqual(new Set(events.map(({ thread }) => thread)), new Set([question]));
    assert.deepEqual(asked, [answer]);
  });
