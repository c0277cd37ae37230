import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { test } from 'vitest';
import { signatureHeaders, verifySignature } from './standardWebhooks.ts';

const secretText = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((bytes) => `whsec_${Buffer.from(bytes).toString('base64')}`);
const messageId = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const NOW = 1_795_428_000_000;
const BODY = Buffer.from('{"text":"Здравствуйте!"}');

test('what we sign, the standardwebhooks library verifies', () => {
  fc.assert(
    fc.property(secretText, messageId, fc.json(), (secret, id, body) => {
      const headers = signatureHeaders(secret, id, body, Date.now());
      assert.deepEqual(new Webhook(secret).verify(body, headers), JSON.parse(body));
    }),
  );
});

test('what the standardwebhooks library signs, we verify', () => {
  fc.assert(
    fc.property(secretText, messageId, fc.string({ unit: 'grapheme' }), (secret, id, body) => {
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(NOW / 1_000),
        'webhook-signature': new Webhook(secret).sign(id, new Date(NOW), body),
      };
      assert.equal(verifySignature(secret, headers, Buffer.from(body), NOW), 'valid');
    }),
  );
});

test('a signature holds for the very bytes, id, time and secret that it was made for', () => {
  const headers = signatureHeaders(SECRET, 'm-1', BODY, NOW);
  const other = `whsec_${Buffer.alloc(32, 2).toString('base64')}`;
  const verify = (changed: object, secret = SECRET, body = BODY) =>
    verifySignature(secret, { ...headers, ...changed }, body, NOW);
  assert.equal(verify({}), 'valid');
  assert.equal(verify({ 'webhook-id': 'm-2' }), 'forged');
  assert.equal(verify({ 'webhook-timestamp': String(NOW / 1_000 + 1) }), 'forged');
  assert.equal(verify({}, other), 'forged');
  assert.equal(verify({}, SECRET, Buffer.from('{"text":"Здравствуйте?"}')), 'forged');
});

for (const [name, at, verdict] of [
  ['five minutes ago', NOW + 300_000, 'valid'],
  ['five minutes and a second ago', NOW + 301_000, 'stale'],
  ['five minutes ahead', NOW - 300_000, 'valid'],
  ['five minutes and a second ahead', NOW - 301_000, 'stale'],
] as const) {
  test(`a signature made ${name} is ${verdict}`, () => {
    assert.equal(verifySignature(SECRET, signatureHeaders(SECRET, 'm', BODY, NOW), BODY, at), verdict);
  });
}

test('a forged signature is called forged, however old', () => {
  const headers = { ...signatureHeaders(SECRET, 'm', BODY, 0), 'webhook-signature': 'v1,AAAA' };
  assert.equal(verifySignature(SECRET, headers, BODY, NOW), 'forged');
});

test('while a secret is being changed, one right signature among several is enough', () => {
  const headers = signatureHeaders(SECRET, 'm', BODY, NOW);
  const among = { ...headers, 'webhook-signature': `v1,AAAA v1a,BBBB ${headers['webhook-signature']}` };
  assert.equal(verifySignature(SECRET, among, BODY, NOW), 'valid');
});

test('a signature of another version is not taken for one of ours', () => {
  const headers = signatureHeaders(SECRET, 'm', BODY, NOW);
  const other = { ...headers, 'webhook-signature': headers['webhook-signature']?.replace('v1,', 'v2,') };
  assert.equal(verifySignature(SECRET, other, BODY, NOW), 'forged');
});

for (const timestamp of ['', 'now', '1e12', '-1', '1795428000.5', '99999999999999999999']) {
  test(`the timestamp "${timestamp}" is forged`, () => {
    const headers = { ...signatureHeaders(SECRET, 'm', BODY, NOW), 'webhook-timestamp': timestamp };
    assert.equal(verifySignature(SECRET, headers, BODY, NOW), 'forged');
  });
}

test('a header that is missing or given twice is no signature', () => {
  const headers = signatureHeaders(SECRET, 'm', BODY, NOW);
  for (const name of Object.keys(headers)) {
    assert.equal(verifySignature(SECRET, { ...headers, [name]: undefined }, BODY, NOW), 'absent');
    assert.equal(verifySignature(SECRET, { ...headers, [name]: ['a', 'b'] }, BODY, NOW), 'absent');
  }
});

test('a secret that is no signing key signs nothing in', () => {
  const headers = signatureHeaders('a-plain-secret', 'm', BODY, NOW);
  assert.equal(verifySignature('a-plain-secret', headers, BODY, NOW), 'forged');
});
