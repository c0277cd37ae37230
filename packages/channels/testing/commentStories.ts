import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type EpochMs, type Event, foldPolicyOf, foldWaits, MINUTE } from '@otklik/domain';
import { describe, it } from 'vitest';
import type { Poll } from '../provider/reconcile.ts';
import type { ChannelConfig, Config } from '../registry.ts';
import type { Told } from './chatProvider.ts';
import { contractConfig } from './contractConfig.ts';
import { HookDeps } from './hookWorld.ts';

/** Two people, another company, our account, a colleague under their own name. */
type Commenter = 'Иван' | 'Пётр' | 'чужие' | 'мы' | 'Ольга';

/** `under`: the number of the answered comment; null: directly under the post. */
export interface PlayedComment {
  readonly number: number;
  readonly by: Commenter;
  readonly under: number | null;
  readonly at: EpochMs;
}

interface ApiRequest {
  readonly url: URL;
  readonly method: string;
  readonly authorization: string | undefined;
  readonly form: URLSearchParams;
}

export interface CommentNetwork {
  /** The channel's keys in otklik.yaml. */
  yaml(api: string): string;
  tells(comment: PlayedComment, all: readonly PlayedComment[]): Told;
  /** A like; null where it is not reported. */
  likes(comment: PlayedComment): Told | null;
  /** The same with a wrong secret. */
  forged(told: Told): Told;
  /** Answers our requests; null: 404. */
  api(request: ApiRequest, comments: readonly PlayedComment[]): object | null;
  look(channel: ChannelConfig, config: Config, world: { now(): EpochMs }): Poll;
  /** Who cannot comment there, or looks like others. */
  readonly without?: readonly Commenter[];
}

/** Said under a post each minute from 10:00, and the resulting waits by client and opening. */
const STORIES: readonly (readonly [
  name: string,
  said: readonly (readonly [by: Commenter, under: number | null] | 'like')[],
  waits: readonly string[],
])[] = [
  ['a question waits', [['Иван', null]], ['10:00 waits']],
  ['a like answers nothing', [['Иван', null], 'like'], ['10:00 waits']],
  [
    'an answer under another comment answers that one',
    [
      ['Иван', null],
      ['Пётр', null],
      ['мы', 2],
    ],
    ['10:00 waits', '10:01 answered 10:02'],
  ],
  [
    'an answer in the chain answers it',
    [
      ['Иван', null],
      ['мы', 1],
    ],
    ['10:00 answered 10:01'],
  ],
  [
    'a colleague answers from their own page',
    [
      ['Иван', null],
      ['Ольга', 1],
    ],
    ['10:00 answered 10:01'],
  ],
  [
    'what the client says further in the chain is a wait of the same thread',
    [
      ['Иван', null],
      ['мы', 1],
      ['Иван', 2],
      ['мы', 3],
      ['Иван', 4],
    ],
    ['10:00 answered 10:01', '10:02 answered 10:03', '10:04 waits'],
  ],
  [
    'a comment of ours that answers nobody closes nothing',
    [
      ['Иван', null],
      ['мы', null],
    ],
    ['10:00 waits'],
  ],
  ['another company’s account speaks from outside', [['чужие', null]], ['10:00 waits']],
];

const START = Date.parse('2026-11-23T10:00:00Z');
const NOW = START + 60 * MINUTE;

/** By webhook, list, both, backwards and twice: the same waits (laws 1 and 2). */
export function commentStories(kind: string, network: CommentNetwork): void {
  describe(`comments: ${kind}`, () => {
    for (const [name, said, waits] of STORIES) {
      const comments = said.flatMap((each, index): PlayedComment[] =>
        each === 'like'
          ? []
          : [{ number: index + 1, by: each[0], under: each[1], at: START + index * MINUTE }],
      );
      if (comments.some(({ by }) => network.without?.includes(by))) continue;
      const told = said.flatMap((each, index): Told[] => {
        const comment = comments.find(({ number }) => number === index + 1);
        const first = comments[0];
        if (comment) return [network.tells(comment, comments)];
        const like = each === 'like' && first ? network.likes(first) : null;
        return like ? [like] : [];
      });
      const ways: Readonly<Record<string, () => Promise<readonly Event[]>>> = {
        'by webhook': () => posted(network, told),
        'by list': () => listed(network, comments),
        'by both': async () => [...(await posted(network, told)), ...(await listed(network, comments))],
        'by list and then by webhook': async () => [
          ...(await listed(network, comments)),
          ...(await posted(network, told)),
        ],
        backwards: () => posted(network, told.toReversed()),
        twice: () => posted(network, [...told, ...told]),
      };
      for (const [way, tell] of Object.entries(ways))
        it(`${name}, ${way}`, async () => {
          assert.deepEqual(waitsOf(await tell(), network), waits);
        });
    }

    it('one thread holds what two people say to each other', async () => {
      const chain: PlayedComment[] = [
        { number: 1, by: 'Иван', under: null, at: START },
        { number: 2, by: 'мы', under: 1, at: START + MINUTE },
        { number: 3, by: 'Иван', under: 2, at: START + 2 * MINUTE },
      ];
      const events = await posted(
        network,
        chain.map((each) => network.tells(each, chain)),
      );
      assert.equal(new Set(events.map(({ thread }) => thread)).size, 1);
    });

    it('what is forged is refused, and nothing of it kept', async () => {
      const comment: PlayedComment = { number: 1, by: 'Иван', under: null, at: START };
      const { body, ...how } = network.forged(network.tells(comment, [comment]));
      const world = new HookDeps(network.yaml('http://127.0.0.1:9'));
      assert.equal(await world.post(body, how), 401);
      assert.deepEqual([world.events, world.faults], [[], []]);
    });
  });
}

async function posted(network: CommentNetwork, told: readonly Told[]): Promise<Event[]> {
  const world = new HookDeps(network.yaml('http://127.0.0.1:9'));
  for (const { body, ...how } of told) assert.equal(await world.post(body, how), 200);
  assert.deepEqual(world.faults, []);
  return world.events;
}

/** Done twice: the second look adds nothing. */
async function listed(network: CommentNetwork, comments: readonly PlayedComment[]): Promise<Event[]> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked: ApiRequest = {
      url: new URL(request.url ?? '/', 'http://network'),
      method: request.method ?? '',
      authorization: request.headers.authorization,
      form: new URLSearchParams(Buffer.concat(chunks).toString('utf8')),
    };
    const answer = network.api(asked, comments);
    response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const config = configOf(network, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const channel = config.channels.get('line');
    if (!channel) throw new Error('no such channel');
    const look = network.look(channel, config, { now: () => NOW });
    const span = { from: START - MINUTE, to: NOW };
    const first = await look(span, new AbortController().signal);
    const second = await look(span, new AbortController().signal);
    assert.deepEqual(second.events, first.events);
    return [...first.events];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const configOf = (network: CommentNetwork, api: string): Config =>
  contractConfig(`
version: 1
people: [{ id: olga, name: Ольга }]
channels: [{ id: line, owner: olga, ${network.yaml(api)} }]
`);

/** The waits by opening. */
function waitsOf(events: readonly Event[], network: CommentNetwork): string[] {
  const policy = foldPolicyOf(configOf(network, 'http://127.0.0.1:9'));
  return [...Map.groupBy(events, ({ thread }) => thread).values()]
    .flatMap((each) => foldWaits(each, policy))
    .sort((a, b) => a.openedAt - b.openedAt)
    .map(({ openedAt, end }) => `${clock(openedAt)} ${end ? `${end.outcome} ${clock(end.at)}` : 'waits'}`);
}

const clock = (at: EpochMs): string => new Date(at).toISOString().slice(11, 16);
