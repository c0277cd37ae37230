import assert from 'node:assert/strict';
import { it } from 'vitest';
import { type Carries, carriedAs, MB, type StaffFile } from './files.ts';

const PICTURES: Carries = { photo: { most: 24 * MB, types: ['image/jpeg'] } };
const FILES: Carries = { photo: { most: 5 * MB, types: ['image/jpeg'] }, document: { most: 15 * MB } };

const CASES: readonly (readonly [
  string,
  Pick<StaffFile, 'kind' | 'mime' | 'size'>,
  Carries | undefined,
  object,
])[] = [
  ['nothing', { kind: 'photo', mime: 'image/jpeg', size: 1 }, undefined, { why: 'nothing' }],
  ['as it is', { kind: 'photo', mime: 'image/jpeg', size: 1 }, PICTURES, { as: 'photo' }],
  ['of unknown size', { kind: 'photo', mime: 'image/jpeg', size: null }, PICTURES, { as: 'photo' }],
  ['a file that is a picture', { kind: 'document', mime: 'image/jpeg', size: 1 }, PICTURES, { as: 'photo' }],
  ['no such kind', { kind: 'voice', mime: 'audio/ogg', size: 1 }, PICTURES, { why: 'kind', can: PICTURES }],
  [
    'no such type',
    { kind: 'document', mime: 'image/webp', size: 1 },
    PICTURES,
    { why: 'type', mime: 'image/webp' },
  ],
  ['too large for a picture', { kind: 'photo', mime: 'image/jpeg', size: 6 * MB }, FILES, { as: 'document' }],
  ['sound as a file', { kind: 'voice', mime: 'audio/ogg; codecs=opus', size: 1 }, FILES, { as: 'document' }],
  [
    'too large for all',
    { kind: 'video', mime: 'video/mp4', size: 16 * MB },
    FILES,
    { why: 'size', size: 16 * MB, most: 15 * MB },
  ],
  [
    'too large for a bot',
    { kind: 'video', mime: 'video/mp4', size: 21 * MB },
    FILES,
    { why: 'telegram', size: 21 * MB },
  ],
];

for (const [name, file, carries, way] of CASES)
  it(`a file and its way: ${name}`, () => assert.deepEqual(carriedAs(file, carries), way));
