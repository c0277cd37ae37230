import { parse, stringify } from 'yaml';
import type { ContractProvider } from '../../../packages/channels/testing/contract.ts';
import type { Receiver } from '../../e2e/otklik.ts';

/** What otklik.yaml says now. */
export interface Rules {
  readonly owner: string;
  readonly warnSeconds: number;
  readonly breachSeconds: number;
}

/** The one who does not own the channels has left. */
const OWNERS = ['pavel', 'roman'];

/** Windows within the range of `WINDOW_MS` in exchange.ts. */
export function someRules(random: () => number): Rules {
  const warnSeconds = 20 + Math.floor(random() * 20);
  return {
    owner: OWNERS[Math.floor(random() * OWNERS.length)] ?? '',
    warnSeconds,
    breachSeconds: warnSeconds + 20 + Math.floor(random() * 60),
  };
}

/** One otklik.yaml with everybody's channels and people. */
export function companyOf(
  providers: readonly ContractProvider[],
  { port, receiver, rules }: { port: number; receiver: Receiver; rules: Rules },
): string {
  const files = providers.map(({ yaml }) => parse(yaml) as { channels: object[]; people: { id: string }[] });
  const people = new Map(files.flatMap((file) => file.people).map((person) => [person.id, person]));
  const { owner, warnSeconds, breachSeconds } = rules;
  return stringify({
    version: 1,
    timezone: 'Europe/Moscow',
    public_url: `http://127.0.0.1:${port}`,
    people: [...people.values(), { id: owner, name: owner }, { id: 'vera', name: 'Вера', role: 'head' }],
    policies: { default: { warn: `${warnSeconds}s`, breach: `${breachSeconds}s` } },
    channels: files.flatMap(({ channels }) => channels).map((channel) => ({ ...channel, owner })),
    notify: { webhook: { url: receiver.url, secret: receiver.secret } },
    enforce_from: '2026-01-01',
  });
}
