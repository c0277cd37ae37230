import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import {
  conversation,
  explains,
  type Line,
  type Manner,
  mayWait,
  randomFrom,
  someLate,
  waitsOf,
} from './exchange.ts';

const CHAT = { machineOpens: false, employeeIsSeen: true };
const line = (by: Line['by'], second: number, over: Partial<Line> = {}): Line => ({
  number: second,
  by,
  chat: 1,
  at: second * 1_000,
  text: 'Слово',
  ...over,
});
const PLAIN: Manner = { lines: 20, chats: 1, hasTies: false, hasEmpty: false, hasDeletions: false };
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

describe('what is said in one second', () => {
  const asked = line('client', 1);
  const answered = line('employee', 1);

  it('counts in the order in which it is said', () => {
    const again = line('client', 1);
    assert.deepEqual(waitsOf([asked, answered, again], CHAT), [
      `${at(1)} answered ${at(1)}`,
      `${at(1)} waits`,
    ]);
    assert.deepEqual(waitsOf([answered, again], CHAT), [`${at(1)} waits`]);
  });
});

describe('what was no answer', () => {
  const asked = line('client', 1);
  const answered = line('employee', 5);
  const takesBack = (second: number) => line('employee', second, { text: '', deletes: answered });

  it('is an empty one', () => {
    assert.deepEqual(waitsOf([asked, line('employee', 2, { text: '' })], CHAT), [`${at(1)} waits`]);
  });

  it('is one that our side took back at once', () => {
    const next = line('employee', 9);
    assert.deepEqual(waitsOf([asked, answered, takesBack(6)], CHAT), [`${at(1)} waits`]);
    assert.deepEqual(waitsOf([asked, answered, takesBack(6), next], CHAT), [`${at(1)} answered ${at(9)}`]);
  });

  it('is not one that was taken back long after, or when the client had written again', () => {
    const again = line('client', 6);
    assert.deepEqual(waitsOf([asked, answered, takesBack(300)], CHAT), [`${at(1)} answered ${at(5)}`]);
    assert.deepEqual(waitsOf([asked, answered, again, takesBack(6)], CHAT), [
      `${at(1)} answered ${at(5)}`,
      `${at(6)} waits`,
    ]);
  });
});

describe('what a client takes back', () => {
  const [asked, nagged] = [line('client', 1), line('client', 2)];
  const takesBack = (second: number, deletes: Line) => line('client', second, { text: '', deletes });

  it('is waited for no more once nothing of it is left', () => {
    assert.deepEqual(waitsOf([asked, nagged, takesBack(3, asked)], CHAT), [`${at(1)} waits`]);
    assert.deepEqual(waitsOf([asked, nagged, takesBack(3, asked), takesBack(4, nagged)], CHAT), [
      `${at(1)} withdrawn ${at(4)}`,
    ]);
  });

  it('was waited for until it was answered', () => {
    assert.deepEqual(waitsOf([asked, line('employee', 2), takesBack(3, asked)], CHAT), [
      `${at(1)} answered ${at(2)}`,
    ]);
  });
});

describe('whether a client may be waiting', () => {
  const lines = [line('client', 1), line('employee', 2), line('client', 3), line('employee', 4)];
  const allBut =
    (...seconds: number[]) =>
    (each: Line) =>
      !seconds.includes(each.number);

  it('is certain where all is sure', () => {
    assert.ok(!mayWait(lines, allBut(), CHAT));
    assert.ok(mayWait(lines.slice(0, 3), allBut(), CHAT));
  });

  it('is possible where an answer may not have been heard, and nothing after it has', () => {
    assert.ok(mayWait(lines, allBut(4), CHAT));
    assert.ok(!mayWait(lines, allBut(2), CHAT));
    assert.ok(!mayWait(lines, allBut(1, 3), CHAT));
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
        const said = conversation(randomFrom(seed), { ...PLAIN, hasTies: true, hasEmpty: true });
        const sure = new Set(said.filter(isSure));
        const heard = said.filter((each) => sure.has(each) || isHeard(each));
        assert.ok(explains(said, (each) => sure.has(each), CHAT, waitsOf(heard, CHAT)));
      }),
    );
  });
});

describe('a conversation', () => {
  const manner = { lines: 400, chats: 20, hasTies: true, hasEmpty: true, hasDeletions: true };
  const lines = conversation(randomFrom(1), manner);

  it('has a second for each chat, and goes on in it at times', () => {
    const seconds = Map.groupBy(lines, (each) => each.at);
    for (const said of seconds.values()) assert.equal(new Set(said.map(({ chat }) => chat)).size, 1);
    assert.ok([...seconds.values()].some(({ length }) => length > 2));
  });

  it('takes back what the same side said in the same chat, so that waits end and begin anew', () => {
    const deletions = lines.filter(({ deletes }) => deletes);
    assert.ok(deletions.every(({ by, chat, deletes }) => deletes?.by === by && deletes.chat === chat));
    const chats = [...Map.groupBy(lines, ({ chat }) => chat).values()];
    const waits = (deletes: boolean) =>
      chats.flatMap((said) =>
        waitsOf(
          said.filter((each) => deletes || !each.deletes),
          CHAT,
        ),
      );
    assert.ok(waits(true).some((wait) => wait.includes('withdrawn')));
    assert.notDeepEqual(
      waits(true).filter((wait) => !wait.includes('withdrawn')),
      waits(false),
    );
  });

  it('may be told in another order', () => {
    const told = someLate(randomFrom(1), lines);
    assert.notDeepEqual(told, lines);
    assert.deepEqual(new Set(told), new Set(lines));
  });
});
