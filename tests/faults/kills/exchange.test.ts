import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { conversation, explains, type Line, randomFrom, waitsOf } from './exchange.ts';

const CHAT = { machineOpens: false, employeeIsSeen: true };
const line = (by: Line['by'], second: number): Line => ({ by, chat: 1, at: second * 1_000, text: '' });
const at = (second: number): string => new Date(second * 1_000).toISOString();

describe('what lines come to', () => {
  it('a turn waits until our side says something; a machine says nothing', () => {
    const lines = [
      line('client', 1),
      line('bot', 2),
      line('client', 3),
      line('employee', 4),
      line('client', 5),
    ];
    assert.deepEqual(waitsOf(lines, CHAT), [`${at(1)} answered ${at(4)}`, `${at(5)} waits`]);
  });

  it('on the telephone whom a machine answers waits', () => {
    assert.deepEqual(waitsOf([line('bot', 1)], { ...CHAT, machineOpens: true }), [`${at(1)} waits`]);
  });
});

describe('what explains the waits of a chat', () => {
  const lines = [line('client', 1), line('employee', 2), line('client', 3)];
  const isSure = (unsure: Line['by']) => (each: Line) => each.by !== unsure;

  it('sure lines in one way', () => {
    assert.ok(explains(lines, () => true, CHAT, [`${at(1)} answered ${at(2)}`, `${at(3)} waits`]));
    assert.ok(!explains(lines, () => true, CHAT, [`${at(1)} waits`]));
    assert.ok(!explains(lines, () => true, CHAT, [`${at(1)} answered ${at(2)}`]));
    assert.ok(!explains(lines, () => true, CHAT, []));
  });

  it('unsure lines in each way that they allow, and in no other', () => {
    assert.ok(explains(lines, isSure('employee'), CHAT, [`${at(1)} waits`]));
    assert.ok(explains(lines, isSure('employee'), CHAT, [`${at(1)} answered ${at(2)}`, `${at(3)} waits`]));
    assert.ok(!explains(lines, isSure('employee'), CHAT, [`${at(3)} waits`]));
    assert.ok(explains(lines, isSure('client'), CHAT, [`${at(3)} waits`]));
    assert.ok(explains(lines, isSure('client'), CHAT, []));
  });

  it('whatever was heard explains itself', () => {
    fc.assert(
      fc.property(fc.nat(), fc.func(fc.boolean()), fc.func(fc.boolean()), (seed, isSure, isHeard) => {
        const said = conversation(randomFrom(seed), 20, 1);
        const sure = new Set(said.filter(isSure));
        const heard = said.filter((each) => sure.has(each) || isHeard(each));
        assert.ok(explains(said, (each) => sure.has(each), CHAT, waitsOf(heard, CHAT)));
      }),
    );
  });
});
