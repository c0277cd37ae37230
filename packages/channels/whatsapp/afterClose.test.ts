import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { afterClose, type Stage } from './afterClose.ts';

describe('what is done when WhatsApp closed the connection', () => {
  const rows: [code: number | null, stage: Stage, step: string, says: RegExp][] = [
    [515, 'shown', 'again', /^$/],
    [515, 'linked', 'again', /^$/],
    [401, 'linked', 'relink', /removed this linked device/],
    [401, 'shown', 'relink', /not completed/],
    [402, 'linked', 'stop', /restricted.*telephone/],
    [403, 'linked', 'stop', /restricted.*telephone/],
    [406, 'linked', 'stop', /restricted.*telephone/],
    [405, 'linked', 'stop', /update Otklik/],
    [411, 'linked', 'stop', /update WhatsApp/],
    [440, 'linked', 'stop', /second copy/],
    [408, 'linked', 'backoff', /tried again/],
    [408, 'shown', 'again', /^$/],
    [408, 'new', 'backoff', /tried again/],
    [428, 'linked', 'backoff', /428/],
    [500, 'linked', 'backoff', /500/],
    [503, 'linked', 'backoff', /503/],
    [499, 'linked', 'backoff', /499/],
    [null, 'linked', 'backoff', /cannot be reached/],
  ];
  for (const [code, stage, step, says] of rows) {
    it(`${code ?? 'no code'}, ${stage}: ${step}`, () => {
      const next = afterClose(code, stage);
      assert.equal(next.step, step);
      assert.match('problem' in next ? next.problem.en : '', says);
      assert.equal('problem' in next && next.problem.ru === '', false);
    });
  }
});
