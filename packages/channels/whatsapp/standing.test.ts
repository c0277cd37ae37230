import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import type { ListenerState } from '../channel.ts';
import { Standing } from './standing.ts';
import { OUT_OF_REACH } from './texts.ts';

let states: ListenerState[];
let progress: { heldBack: boolean; idle: boolean; failing: boolean };
let standing: Standing;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  states = [];
  progress = { heldBack: false, idle: true, failing: false };
  standing = new Standing(
    { quietMs: 3_000, drainMs: 60_000 },
    () => progress,
    (state) => states.push(state),
  );
});

afterEach(() => vi.useRealTimers());

const now = (): ListenerState | undefined => states.at(-1);

describe('when the channel has caught up', () => {
  it('some seconds after the server sent the last of what we missed', () => {
    standing.opened();
    standing.drained();
    vi.advanceTimersByTime(2_999);
    assert.equal(now()?.caughtUp, false);
    vi.advanceTimersByTime(1);
    assert.deepEqual(now(), { up: true, caughtUp: true, problem: null });
  });

  it('not while more of it comes', () => {
    standing.opened();
    standing.drained();
    vi.advanceTimersByTime(2_000);
    standing.cameFromQueue();
    vi.advanceTimersByTime(2_000);
    assert.equal(now()?.caughtUp, false);
    vi.advanceTimersByTime(1_000);
    assert.equal(now()?.caughtUp, true);
  });

  it('not while the library holds events back', () => {
    progress = { ...progress, heldBack: true };
    standing.opened();
    standing.drained();
    vi.advanceTimersByTime(9_000);
    assert.equal(now()?.caughtUp, false);
    progress = { ...progress, heldBack: false };
    vi.advanceTimersByTime(3_000);
    assert.equal(now()?.caughtUp, true);
  });

  it('not before all of it is durable', () => {
    progress = { ...progress, idle: false };
    standing.opened();
    standing.drained();
    vi.advanceTimersByTime(3_000);
    assert.equal(now()?.caughtUp, false);
    progress = { ...progress, idle: true };
    standing.refresh();
    assert.equal(now()?.caughtUp, true);
  });

  it('a minute after it is online, should the server never say so', () => {
    standing.opened();
    vi.advanceTimersByTime(60_000);
    assert.equal(now()?.caughtUp, false);
    vi.advanceTimersByTime(3_000);
    assert.equal(now()?.caughtUp, true);
  });

  it('even when the server says so ahead of being online', () => {
    standing.drained();
    standing.opened();
    vi.advanceTimersByTime(3_000);
    assert.equal(now()?.caughtUp, true);
  });

  it('and anew after each connection, while a lost one silences no alarm', () => {
    standing.opened();
    standing.drained();
    vi.advanceTimersByTime(3_000);
    standing.closed(OUT_OF_REACH);
    assert.deepEqual(now(), { up: false, caughtUp: true, problem: OUT_OF_REACH });
    standing.opened();
    assert.deepEqual(now(), { up: true, caughtUp: false, problem: null });
  });
});

describe('what is reported', () => {
  it('only what has changed', () => {
    standing.opened();
    standing.refresh();
    standing.refresh();
    assert.equal(states.length, 1);
  });

  it('nothing when a connection is opened anew at once', () => {
    standing.opened();
    standing.closed(null);
    assert.equal(states.length, 1);
  });

  it('that messages arrive and cannot be kept', () => {
    standing.opened();
    progress = { ...progress, failing: true };
    standing.refresh();
    assert.equal(now()?.up, false);
    assert.match(JSON.stringify(now()?.problem), /cannot be kept/);
  });
});
