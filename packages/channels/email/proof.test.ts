import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { proofOf } from './proof.ts';

const OURS = 'mx.example.ru';
const prove = (address: string, headers: readonly string[], trusted: readonly string[] = [OURS]) =>
  proofOf({ from: { address, name: null }, authentication: headers }, { trustedAuthserv: trusted });

const PASS = `${OURS}; dmarc=pass header.from=example.ru`;

describe('who wrote a mail', () => {
  it('is proven by an aligned dmarc=pass or dkim=pass of the own server', () => {
    for (const said of [
      PASS,
      `${OURS.toUpperCase()} 1; dmarc=pass (p=none) header.from=Example.RU`,
      `${OURS}; dmarc=pass header.from=anna@example.ru`,
      `${OURS}; dkim=pass header.d=example.ru`,
      `${OURS}; dkim=pass header.i=@example.ru`,
      `${OURS}; dkim=fail header.d=example.ru; dkim=pass header.d=other.ru; dkim=pass header.d=example.ru`,
    ])
      assert.equal(prove('anna@example.ru', [said]), 'proven', said);
    assert.equal(prove('anna@shop.example.ru', [`${OURS}; dkim=pass header.d=example.ru`]), 'proven');
    assert.equal(prove('a@пример.рф', [`${OURS}; dmarc=pass header.from=xn--e1afmkfd.xn--p1ai`]), 'proven');
  });

  it('is not proven by another domain, another result, another server or nothing', () => {
    for (const said of [
      `${OURS}; dmarc=pass header.from=evil.ru`,
      `${OURS}; dmarc=pass`,
      `${OURS}; dmarc=fail header.from=example.ru`,
      `${OURS}; dmarc=bestguesspass header.from=example.ru`,
      `${OURS}; spf=pass smtp.mailfrom=anna@example.ru`,
      `${OURS}; dkim=pass header.d=evil.ru`,
      `${OURS}; dkim=pass header.d=mail.example.ru`,
      `${OURS}; dkim=pass header.d=xample.ru`,
      `${OURS}; dkim=pass header.d=ru`,
      `${OURS}; dkim=pass`,
      `${OURS}; none`,
      'evil.ru; dmarc=pass header.from=example.ru',
      `x${OURS}; dmarc=pass header.from=example.ru`,
      'dmarc=pass header.from=example.ru',
      '',
    ])
      assert.equal(prove('anna@example.ru', [said]), 'unproven', said);
    assert.equal(prove('anna@example.ru', []), 'unproven');
  });

  it('is said by the topmost header of the own server: a sender may have written what stands below', () => {
    const fail = `${OURS}; dmarc=fail header.from=example.ru`;
    assert.equal(prove('anna@example.ru', [fail, PASS]), 'unproven');
    assert.equal(prove('anna@example.ru', [`${OURS}; none`, PASS]), 'unproven');
    assert.equal(prove('anna@example.ru', [PASS, fail]), 'proven');
    assert.equal(prove('anna@example.ru', ['list.example; dmarc=fail', PASS]), 'proven');
  });

  it('never depends on what stands below the own server’s header', () => {
    const header = fc.oneof(
      fc.constantFrom(PASS, `${OURS}; dkim=pass header.d=example.ru`, 'evil.ru; dmarc=pass'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.constantFrom(PASS, `${OURS}; none`), fc.array(header), (own, below) => {
        assert.equal(prove('anna@example.ru', [own, ...below]), prove('anna@example.ru', [own]));
      }),
    );
  });

  it('is nobody’s word where no server is trusted', () =>
    assert.equal(prove('anna@example.ru', [PASS], []), 'unknown'));

  it('is said by servers of one house under many names', () => {
    const yandex = (name: string) =>
      prove('a@example.ru', [`${name}; dkim=pass header.i=@example.ru`], ['*.yandex.net']);
    assert.equal(yandex('main-1.iva.yp-c.yandex.net'), 'proven');
    assert.equal(yandex('evilyandex.net'), 'unproven');
    assert.equal(yandex('yandex.net.evil.ru'), 'unproven');
  });

  it('is said by Exchange Online without a name, and only in the topmost header of all', () => {
    const said =
      'spf=none smtp.mailfrom=x; example.ru; dkim=none header.d=none; dmarc=pass action=none header.from=example.ru';
    assert.equal(prove('a@example.ru', [said], ['exchange_online']), 'proven');
    assert.equal(prove('a@example.ru', ['other.example; none', said], ['exchange_online']), 'unproven');
    assert.equal(prove('a@example.ru', [said]), 'unproven');
  });
});
