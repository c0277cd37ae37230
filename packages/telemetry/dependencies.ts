import { orAfter } from '@otklik/timing';
import { oneAtATime } from './oneAtATime.ts';

/** What a process needs, and whether it answers. */
export interface Dependencies {
  /** `ask` rejects or hangs while it is missing. A name may have several. */
  add(name: string, ask: () => Promise<unknown>): void;
  /** Which of them answer now. Resolves within 1.2 s, whatever hangs. */
  check(): Promise<ReadonlyMap<string, boolean>>;
}

const ANSWER_WITHIN_MS = 1_200;

export function createDependencies(): Dependencies {
  const asks: { readonly name: string; readonly ask: () => Promise<boolean> }[] = [];
  return {
    add: (name, ask) =>
      void asks.push({
        name,
        ask: oneAtATime(() =>
          ask().then(
            () => true,
            () => false,
          ),
        ),
      }),
    check: async () => {
      const found = new Map<string, boolean>();
      await Promise.all(
        asks.map(async ({ name, ask }) => {
          const answers = await orAfter(ANSWER_WITHIN_MS, ask(), false);
          found.set(name, answers && (found.get(name) ?? true));
        }),
      );
      return found;
    },
  };
}
