import type {
  CadencePlan,
  Calendar,
  DurationMs,
  GoneChannel,
  Locale,
  Person,
  Policy,
  Privacy,
} from '@otklik/domain';
import type { ChannelBase } from './channelBase.ts';
import type { Secret } from './secret.ts';

export type { ChannelBase, Secret };

/** otklik.yaml, checked: every name resolved, every default filled in. */
export interface Config<Channel extends ChannelBase = ChannelBase> {
  readonly locale: Locale;
  readonly timezone: string;
  readonly publicUrl: string | null;
  /** null when no working hours are given: then no wait is after hours. */
  readonly calendar: Calendar | null;
  /** Whose public holidays the calendar has; null: nobody’s, or there is none. */
  readonly country: string | null;
  readonly people: ReadonlyMap<string, Person>;
  readonly policies: ReadonlyMap<string, Policy>;
  readonly channels: ReadonlyMap<string, Channel>;
  /**
   * Channels that otklik.yaml no longer names, under their last settings: their open waits go on (law 6). The database keeps
   * them; a file alone has none.
   */
  readonly gone: ReadonlyMap<string, GoneChannel>;
  readonly notify: {
    readonly telegram: { readonly token: Secret; readonly apiRoot: string } | null;
    readonly email: { readonly smtp: Secret; readonly from: string } | null;
    readonly webhook: { readonly url: string; readonly secret: Secret } | null;
  };
  /** How clients who cannot be reached are tried again; null: they are not. */
  readonly cadence: CadencePlan | null;
  readonly privacy: Privacy;
  /** How long a session of the board lasts: unused, and at all. */
  readonly session: { readonly idle: DurationMs; readonly max: DurationMs };
}
