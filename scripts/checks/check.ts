/** What a check found: nothing, or what a person needs to mend it. */
export type Finding = { readonly ok: true } | { readonly ok: false; readonly report: string };

export interface Check {
  /** What is true of the code when it passes. */
  readonly name: string;
  run(): Promise<Finding>;
}
