/** A question that hangs so long has lost its connection; a new one may use another. */
const ASK_ANEW_AFTER_MS = 10_000;

/** Whoever asks while a question is under way waits for its answer. */
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
