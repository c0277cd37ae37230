import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { message } from './testing/writerWorld.ts';
import { createThreadSubjects } from './threadSubjects.ts';

const about = (id: string, title: string) => message(id, { subject: { title, link: null } });
const idsOf = (events: readonly { id: string }[]) => events.map(({ id }) => id);

describe('the subject of a thread', () => {
  it('is new until it was passed on, and when it changes', () => {
    const subjects = createThreadSubjects();
    assert.deepEqual(idsOf(subjects.newIn([about('a', 'Диван')])), ['a']);
    subjects.remember([about('a', 'Диван')]);
    assert.deepEqual(idsOf(subjects.newIn([about('b', 'Диван'), message('c')])), []);
    assert.deepEqual(idsOf(subjects.newIn([about('b', 'Стол')])), ['b']);
  });

  it('is passed on once a thread, as the last event tells it', () => {
    const told = createThreadSubjects().newIn([
      about('a', 'Диван'),
      about('b', 'Стол'),
      { ...about('c', 'Стул'), thread: 'another' },
    ]);
    assert.deepEqual(idsOf(told), ['b', 'c']);
  });
});
