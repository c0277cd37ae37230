import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { TestMemory } from '../testing/testMemory.ts';
import {
  askForCode,
  forgetPairing,
  isCodeWanted,
  pairingOf,
  qrSvg,
  qrTerminal,
  showPairing,
} from './pairing.ts';

describe('what a person needs to link the account', () => {
  it('is nothing before WhatsApp gave a code and after it was used', async () => {
    const memory = new TestMemory();
    assert.equal(await pairingOf(memory), null);
    await showPairing(memory, { qr: 'q', code: null, at: 1 });
    assert.deepEqual(await pairingOf(memory), { qr: 'q', code: null, at: 1 });
    await forgetPairing(memory);
    assert.equal(await pairingOf(memory), null);
  });

  it('wants a code to type once it was asked for, until there is one or five minutes are over', async () => {
    const memory = new TestMemory();
    assert.equal(await isCodeWanted(memory, 0), false);
    await askForCode(memory, 1_000);
    assert.equal(await isCodeWanted(memory, 2_000), true);
    assert.equal(await isCodeWanted(memory, 301_000), false);
    await showPairing(memory, { qr: 'q', code: 'ABCD1234', at: 3_000 });
    assert.equal(await isCodeWanted(memory, 3_000), false);
  });

  it('is drawn for the board and for a terminal', async () => {
    const svg = await qrSvg('https://wa.me/settings/linked_devices#a,b');
    assert.match(svg, /^<svg[^>]*>.*<path/s);
    assert.notEqual(svg, await qrSvg('something else'));
    assert.match(await qrTerminal('https://wa.me/settings/linked_devices#a,b'), /[█▀▄]/);
  });
});
