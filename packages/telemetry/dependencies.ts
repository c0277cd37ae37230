import { orAfter } from '@otklik/timing';
import { oneAtATime } from './oneAtATime.ts';

/** What a process needs to do its work, and whether it is there. */
export interface Dependencies {
  /** `ask` rejects, or gives no answer, while it is missing. Several may ask for the same name, each in its way. */
  add(name: string, ask: () => Promise<unknown>): void;
  /** Whether each answers now, by name. Resolves within 1.2 s, whatever hangs. */
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
