import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { readAuthenticationResults } from './authenticationResults.ts';

/** The authserv-id, and each `method=result` with whom it is about. */
function read(header: string) {
  const { authservId, results } = readAuthenticationResults(header);
  const about = ['header.from', 'header.d', 'header.i', 'smtp.mailfrom'];
  return [
    authservId,
    ...results.map(({ method, result, properties }) =>
      [
        `${method}=${result}`,
        ...about.flatMap((name) => (properties.has(name) ? [`${name}=${properties.get(name)}`] : [])),
      ].join(' '),
    ),
  ];
}

describe('Authentication-Results as servers write them', () => {
  const CASES: [string, string, ReturnType<typeof read>][] = [
    [
      'Gmail',
      `mx.google.com;\r\n       dkim=pass header.i=@example.ru header.s=s1 header.b=Gw+yUxcC;\r\n       spf=pass (google.com: domain of anna@example.ru designates 192.0.2.1 as permitted sender) smtp.mailfrom=anna@example.ru;\r\n       dmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.ru`,
      [
        'mx.google.com',
        'dkim=pass header.i=@example.ru',
        'spf=pass smtp.mailfrom=anna@example.ru',
        'dmarc=pass header.from=example.ru',
      ],
    ],
    [
      'Yandex',
      'mail-nwsmtp-mxfront-production-main-1.iva.yp-c.yandex.net; spf=pass (mail-nwsmtp-mxfront-production-main-1.iva.yp-c.yandex.net: domain of example.ru designates 192.0.2.1 as permitted sender, rule=[ip4:192.0.2.0/24]) smtp.mail=anna@example.ru; dkim=pass header.i=@example.ru',
      [
        'mail-nwsmtp-mxfront-production-main-1.iva.yp-c.yandex.net',
        'spf=pass',
        'dkim=pass header.i=@example.ru',
      ],
    ],
    [
      'Mail.ru',
      'mxs.mail.ru; spf=pass (mx1.i.mail.ru: domain of example.ru designates 192.0.2.1 as permitted sender) smtp.mailfrom=anna@example.ru smtp.helo=mx.example.ru;\n\t dkim=pass header.d=example.ru; dmarc=pass header.from=anna@example.ru',
      [
        'mxs.mail.ru',
        'spf=pass smtp.mailfrom=anna@example.ru',
        'dkim=pass header.d=example.ru',
        'dmarc=pass header.from=anna@example.ru',
      ],
    ],
    [
      'Exchange Online, which names itself nowhere',
      'spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=example.ru; contoso.example; dkim=pass (signature was\n verified) header.d=example.ru;contoso.example; dmarc=pass action=none\n header.from=example.ru;compauth=pass reason=100',
      [
        null,
        'spf=pass smtp.mailfrom=example.ru',
        'dkim=pass header.d=example.ru',
        'dmarc=pass header.from=example.ru',
        'compauth=pass',
      ],
    ],
    [
      'Postfix with OpenDKIM',
      'mx.example.net;\n\tdkim=pass (2048-bit key; unprotected) header.d=example.ru header.i=@example.ru header.a=rsa-sha256 header.s=s1 header.b="Gw+yUxc=";\n\tdkim-atps=neutral',
      ['mx.example.net', 'dkim=pass header.d=example.ru header.i=@example.ru', 'dkim-atps=neutral'],
    ],
    [
      'OpenDKIM on a signature that is broken',
      'mx.example.net;\n\tdkim=fail reason="signature verification failed; body" (1024-bit key) header.d=example.ru',
      ['mx.example.net', 'dkim=fail header.d=example.ru'],
    ],
    [
      'OpenDMARC',
      'mx.example.net; dmarc=pass (p=none dis=none) header.from=example.ru',
      ['mx.example.net', 'dmarc=pass header.from=example.ru'],
    ],
    [
      'rspamd',
      'mx.example.net;\n\tdkim=pass header.d=example.ru header.s=s1 header.b=Gw+yUxcC;\n\tspf=pass (mx.example.net: domain of anna@example.ru designates 192.0.2.1 as permitted sender) smtp.mailfrom=anna@example.ru;\n\tdmarc=pass (policy=none) header.from=example.ru',
      [
        'mx.example.net',
        'dkim=pass header.d=example.ru',
        'spf=pass smtp.mailfrom=anna@example.ru',
        'dmarc=pass header.from=example.ru',
      ],
    ],
    [
      'Amazon SES, with a semicolon too many',
      'amazonses.com;\n spf=pass (spfCheck: domain of example.ru designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; envelope-from=anna@example.ru; helo=mx.example.ru;\n dkim=pass header.i=@example.ru;\n dmarc=pass header.from=example.ru;',
      [
        'amazonses.com',
        'envelope-from=anna@example.ru',
        'helo=mx.example.ru',
        'dkim=pass header.i=@example.ru',
        'dmarc=pass header.from=example.ru',
      ],
    ],
    [
      'comments without a space before them',
      'mx.example.net; dmarc=pass(p=NONE,sp=QUARANTINE) header.from=example.ru',
      ['mx.example.net', 'dmarc=pass header.from=example.ru'],
    ],
    [
      'versions, spaces, quotes and comments in comments (RFC 8601, appendix B)',
      'foo.example.NET (foobar) 1; (a (nested \\) one) comment) DKIM/1 = (a) Pass (b) header.d = (c) "example.ru"',
      ['foo.example.net', 'dkim=pass header.d=example.ru'],
    ],
    ['nothing was checked', 'mx.example.net 1; none', ['mx.example.net']],
  ];
  for (const [who, header, expected] of CASES) it(who, () => assert.deepEqual(read(header), expected));

  it('believes neither of two results that nothing parts (Zoho)', () =>
    assert.deepEqual(
      read(
        'mx.zoho.example; dkim=pass\nspf=pass smtp.mailfrom=a@example.ru; dmarc=pass header.from=example.ru',
      ),
      ['mx.zoho.example', 'dmarc=pass header.from=example.ru'],
    ));

  it('takes no word out of a comment or of quotes', () => {
    for (const hidden of [
      'mx.example.net; spf=fail (; dmarc=pass header.from=example.ru) smtp.mailfrom=x',
      'mx.example.net; spf=fail reason="; dmarc=pass header.from=example.ru"',
      'mx.example.net; (dmarc=pass header.from=example.ru',
      'mx.example.net; spf=fail reason="dmarc=pass header.from=example.ru',
    ])
      assert.ok(!read(hidden).some((result) => result?.startsWith('dmarc')), hidden);
  });

  it('never throws, and takes no longer than the text is', () => {
    const piece = fc.constantFrom('(', ')', '"', '\\', ';', '=', ' ', 'dkim', 'pass', 'header.d', '\r\n ');
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string()), { maxLength: 200 }), (pieces) => {
        readAuthenticationResults(pieces.join(''));
      }),
    );
    for (const character of ['(', '"', '\\', ';', '=', ' ', '(;', 'a=b ', '"a"'])
      readAuthenticationResults(character.repeat(100_000));
  });
});
