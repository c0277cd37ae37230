/** `ratio` above 1: better than the usual recipe. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly ratio: number;
  readonly ours: number;
  readonly baseline: number;
  /** Rounds, percentiles and the like. */
  readonly [figure: string]: unknown;
}
