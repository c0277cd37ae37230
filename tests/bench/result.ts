/** One benchmark's figures. `ratio` above 1 means that we are better than the usual recipe. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly ratio: number;
  readonly ours: number;
  readonly baseline: number;
  /** Whatever else is worth keeping: rounds, percentiles. */
  readonly [figure: string]: unknown;
}
