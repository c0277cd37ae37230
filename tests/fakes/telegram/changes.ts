const LOOK_EVERY_MS = 10;

/** Checks after every change of the fake, and every 10 ms. */
export class Changes {
  readonly #watchers = new Set<() => void>();

  happened(): void {
    for (const look of [...this.#watchers]) look();
  }

  /** Resolves to the first truthy value. Rejects on timeout or when it throws. */
  until<Value>(condition: () => Value, timeoutMs: number): Promise<NonNullable<Value>> {
    const { promise, resolve, reject } = Promise.withResolvers<NonNullable<Value>>();
    const timer = setInterval(() => look(), LOOK_EVERY_MS);
    const deadline = setTimeout(() => {
      finish();
      reject(new Error(`not true within ${timeoutMs} ms: ${condition}`));
    }, timeoutMs);
    const finish = () => {
      clearInterval(timer);
      clearTimeout(deadline);
      this.#watchers.delete(look);
    };
    const look = () => {
      try {
        const value = condition();
        if (!value) return;
        finish();
        resolve(value);
      } catch (error) {
        finish();
        reject(error);
      }
    };
    this.#watchers.add(look);
    look();
    return promise;
  }
}
