import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { vaultOf, WrongKeyError } from './vault.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const OTHER = Buffer.alloc(32, 2).toString('base64');

describe('the vault', () => {
  const vault = vaultOf(KEY, 'wa');

  it('opens what it sealed, and shows nothing of it', () => {
    const sealed = vault.seal('creds', 'тайна');
    assert.equal(vault.open('creds', sealed), 'тайна');
    assert.doesNotMatch(Buffer.from(sealed, 'base64').toString(), /тайна/);
  });

  it('never seals the same twice', () => {
    assert.notEqual(vault.seal('creds', 'a'), vault.seal('creds', 'a'));
  });

  const others: [what: string, open: (sealed: string) => string][] = [
    ['with another key', (sealed) => vaultOf(OTHER, 'wa').open('creds', sealed)],
    ['in another channel', (sealed) => vaultOf(KEY, 'wb').open('creds', sealed)],
    ['under another name', (sealed) => vault.open('key:session:1', sealed)],
    ['when a bit of it has changed', (sealed) => vault.open('creds', `${sealed.slice(0, -4)}AAA=`)],
    ['when it is too short', () => vault.open('creds', 'AAAA')],
  ];
  for (const [what, open] of others) {
    it(`does not open ${what}`, () => {
      assert.throws(() => open(vault.seal('creds', 'тайна!!')), WrongKeyError);
    });
  }
});
