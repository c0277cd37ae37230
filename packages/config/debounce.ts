/** Runs once calls have ceased for `quietMs`, at the latest `patienceMs` after the first. Does not keep the process alive. */
export function debounce(run: () => void, quietMs: number, patienceMs: number) {
  let timer: NodeJS.Timeout | null = null;
  let firstCall = 0;
  const fire = () => {
    timer = null;
    run();
  };
  const call = () => {
    const now = performance.now();
    if (timer === null) firstCall = now;
    else clearTimeout(timer);
    const wait = Math.max(0, Math.min(quietMs, firstCall + patienceMs - now));
    timer = setTimeout(fire, wait).unref();
  };
  const cancel = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return { call, cancel };
}
