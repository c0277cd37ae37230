import type { components, paths } from './generated/api.ts';

// What the board's API sends and takes, by the names of this app. The types are made from /api/v1/openapi.json: see docs/frontend.md.

type Schemas = components['schemas'];
type Said<Code extends number, Body> = {
  readonly responses: { readonly [code in Code]: { content: { readonly 'application/json': Body } } };
};

/** What a request is answered when all is well. */
export type Answer<Path extends keyof paths, Method extends 'get' | 'post'> =
  paths[Path][Method] extends Said<200, infer Body>
    ? Body
    : paths[Path][Method] extends Said<202, infer Body>
      ? Body
      : never;

/** The body that a post takes. */
export type Taken<Path extends keyof paths> = paths[Path]['post'] extends {
  readonly requestBody: { readonly content: { readonly 'application/json': infer Body } };
}
  ? Body
  : never;

export type Me = Answer<'/api/v1/me', 'get'>;
export type Locale = Me['locale'];
export type Role = Me['role'];

export type Wait = Schemas['Wait'];
export type Stage = Wait['stage'];
export type Outcome = NonNullable<Wait['outcome']>;
export type WaitKind = Wait['kind'];
export type WaitPage = Answer<'/api/v1/waits', 'get'>;
export type WaitWithTimeline = Answer<'/api/v1/waits/{id}', 'get'>;
/** One line of a wait's history. Read field by field: a newer server may send types that this page does not know. */
export type TimelineItem = Schemas['TimelineItem'];
export type Dispute = Schemas['Dispute'];

export type Channel = Schemas['Channel'];
/** What the stream tells of a channel; it is no part of the document. */
export interface ChannelHealth
  extends Pick<Channel, 'up' | 'problem' | 'gaps' | 'silent_since' | 'usual_per_hour' | 'kept_aside'> {
  readonly channel: string;
}

export type Person = Schemas['Person'];
/** A way by which pings go out, and whether it takes us. */
export type Transport = Schemas['Transport'];
/** People, and how well Otklik reaches them. */
export type People = Answer<'/api/v1/people', 'get'>;

/** One fault of what was sent, with its place in a text that has lines. */
export type FieldProblem = NonNullable<Schemas['FaultyPolicy']['errors']>[number];

export type Notice = Schemas['Notice'];
export type NoticeState = Notice['state'];
