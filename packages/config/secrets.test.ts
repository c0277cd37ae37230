import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'vitest';
import { formatFault } from './fault.ts';
import { secret } from './secret.ts';
import {
  CONTRACT_EXAMPLE,
  configOf,
  ENV,
  faultsOf,
  read,
  SIGNING_SECRET,
  SMALLEST,
  told,
} from './testing/reading.ts';

const withSecret = (text: string) => SMALLEST.replace('env:SITE_SECRET', text);

test('a secret shows only when asked', () => {
  const hidden = secret('hunter2');
  assert.equal(hidden.reveal(), 'hunter2');
  const shown = [
    `${hidden}`,
    JSON.stringify({ hidden }),
    inspect({ hidden }),
    inspect(hidden, { showHidden: true, depth: 9 }),
  ];
  assert.deepEqual(shown, ['***', '{"hidden":"***"}', '{ hidden: *** }', '***']);
});

test('a whole config can be printed without giving a secret away', () => {
  const config = configOf(CONTRACT_EXAMPLE);
  const printed = inspect(config, { depth: 20, customInspect: false }) + inspect(config, { depth: 20 });
  for (const text of Object.values(ENV)) assert.ok(!printed.includes(text));
});

test('env: that is not set or empty is a fault of its own and of nothing else', () => {
  assert.deepEqual(told(SMALLEST, { env: { ...ENV, SITE_SECRET: undefined } }), [
    'channels.0.secret: environment variable SITE_SECRET is not set',
  ]);
  assert.deepEqual(told(SMALLEST, { env: { ...ENV, SITE_SECRET: ' ' } }), [
    'channels.0.secret: environment variable SITE_SECRET is empty',
  ]);
  assert.deepEqual(told(withSecret('env:toString')), [
    'channels.0.secret: environment variable toString is not set',
  ]);
});

test('file: is read beside the config, without the newline at its end', () => {
  const files = { 'secrets/site': `${SIGNING_SECRET}\n` };
  assert.equal(configOf(withSecret('file:secrets/site'), { files }).channels.get('site')?.kind, 'webhook');
  const [channel] = configOf(withSecret('file:secrets/site'), { files }).channels.values();
  assert.equal(channel?.kind === 'webhook' && channel.secret.reveal(), SIGNING_SECRET);
  assert.deepEqual(told(withSecret('file:secrets/other'), { files }), [
    "channels.0.secret: file secrets/other can't be read (ENOENT)",
  ]);
});

test('any value may come from the environment: texts, numbers, flags, choices', () => {
  const source = `${SMALLEST.replace('telegram: 1', 'telegram: env:ANNA')}locale: env:L
public_url: env:URL
policies: { default: { warn: env:W, cross_channel: env:FLAG } }
`;
  const env = { ...ENV, ANNA: '77', L: 'en', URL: 'https://a.ru', W: '1m', FLAG: 'false' };
  const config = configOf(source, { env });
  const policy = config.policies.get('default');
  assert.deepEqual(
    [
      config.people.get('anna')?.telegram,
      config.locale,
      config.publicUrl,
      policy?.warn,
      policy?.crossChannel,
    ],
    [77, 'en', 'https://a.ru', 60_000, false],
  );
});

test('what came from outside is never shown, not even when it is wrong', () => {
  const source = `${SMALLEST}public_url: env:URL\n`;
  const env = { ...ENV, URL: 'hush-hush', SITE_SECRET: 'hush' };
  const lines = faultsOf(source, { env }).map(formatFault);
  assert.equal(lines.length, 2);
  assert.match(lines.join('\n'), /public_url \(from env:URL\) is no http/);
  assert.doesNotMatch(lines.join('\n'), /hush/);
});

test('a secret in the file itself is taken with a warning that does not repeat it', () => {
  const result = read(withSecret(SIGNING_SECRET));
  assert.ok(result.ok);
  assert.deepEqual(result.warnings.map(formatFault), [
    'otklik.yaml:6:53  channel "site": secret stands in the file itself. Write  secret: env:NAME  or  secret: file:PATH',
  ]);
});

test('an smtp address without a password is no secret', () => {
  const source = (url: string) =>
    SMALLEST.replace('notify: {', `notify: { email: { smtp: "${url}", from: A },`);
  assert.deepEqual(told(source('smtp://localhost:25')), []);
  assert.deepEqual(told(source('smtp://u:p@localhost')), [
    'notify.email.smtp: notify.email.smtp stands in the file itself',
  ]);
});

test('a webhook secret is a key of 24 to 64 bytes, or sixteen visible characters and more', () => {
  const key = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString('base64')}`;
  const problem = (text: string) =>
    told(SMALLEST, { env: { ...ENV, SITE_SECRET: text } })[0]
      ?.split('secret ')
      .at(-1);
  assert.equal(problem(key(24)), undefined);
  assert.equal(problem(key(64)), undefined);
  assert.equal(problem('sixteen-letters!'), undefined);
  assert.match(problem(key(23)) ?? '', /holds 23 bytes/);
  assert.match(problem(key(65)) ?? '', /holds 65 bytes/);
  assert.match(problem('whsec_***') ?? '', /not base64/);
  assert.match(problem('fifteen-letters') ?? '', /shorter than 16/);
  assert.match(problem('with spaces in it, and long') ?? '', /visible ASCII/);
});

test('a YAML error does not quote what it stumbled upon', () => {
  for (const text of [
    'whsec_hush" }',
    '*whsec_hush',
    '!whsec_hush x',
    '"a" whsec_hush',
    '"\\q whsec_hush"',
    '@whsec_hush',
  ]) {
    const lines = faultsOf(withSecret(text)).map(formatFault);
    assert.ok(lines.length > 0, text);
    assert.doesNotMatch(lines.join('\n'), /hush/);
  }
});
