/** What hangs so long has lost its connection unheard: a new question may go by another. */
const ASK_ANEW_AFTER_MS = 10_000;

/** Does not ask again while the last question is under way: whoever asks meanwhile waits for the same answer. */
export function oneAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly since: number; readonly answer: Promise<T> } | null = null;
  return () => {
    if (last !== null && performance.now() - last.since < ASK_ANEW_AFTER_MS) return last.answer;
    const asked = {
      since: performance.now(),
      answer: ask().finally(() => {
        if (last === asked) last = null;
      }),
    };
    last = asked;
    return asked.answer;
  };
}
