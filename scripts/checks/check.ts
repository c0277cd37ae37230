export type Finding = { readonly ok: true } | { readonly ok: false; readonly report: string };

export interface Check {
  /** What holds when it passes. */
  readonly name: string;
  run(): Promise<Finding>;
}
