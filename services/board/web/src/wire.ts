import type { components, paths } from './generated/api.ts';

// The API's types by the app's names. Made from /api/v1/openapi.json: see docs/frontend.md.

type Schemas = components['schemas'];
type Said<Code extends number, Body> = {
  readonly responses: { readonly [code in Code]: { content: { readonly 'application/json': Body } } };
};

export type Answer<Path extends keyof paths, Method extends 'get' | 'post'> =
  paths[Path][Method] extends Said<200, infer Body>
    ? Body
    : paths[Path][Method] extends Said<202, infer Body>
      ? Body
      : never;

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
/** Read field by field: a newer server may send unknown types. */
export type TimelineItem = Schemas['TimelineItem'];
export type Dispute = Schemas['Dispute'];

export type Channel = Schemas['Channel'];
/** From the stream; not in the document. */
export interface ChannelHealth
  extends Pick<Channel, 'up' | 'problem' | 'gaps' | 'silent_since' | 'usual_per_hour' | 'kept_aside'> {
  readonly channel: string;
}

export type Person = Schemas['Person'];
export type Transport = Schemas['Transport'];
export type People = Answer<'/api/v1/people', 'get'>;

/** `line` and `column` where the text has them. */
export type FieldProblem = NonNullable<Schemas['FaultyPolicy']['errors']>[number];

export type Notice = Schemas['Notice'];
export type NoticeState = Notice['state'];
