/**
 * Lets one task at a time run for each key. Whoever asks while one runs shares the next with all others who do: the
 * running one may have looked before they asked.
 */
export function createSingleFlight<T>(): (key: string, task: () => Promise<T>) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  const queued = new Map<string, Promise<T>>();

  function start(key: string, task: () => Promise<T>): Promise<T> {
    const flight = task().finally(() => {
      if (running.get(key) === flight) running.delete(key);
    });
    running.set(key, flight);
    return flight;
  }

  return (key, task) => {
    const current = running.get(key);
    if (current === undefined) return start(key, task);
    const waiting = queued.get(key);
    if (waiting !== undefined) return waiting;
    const next = current
      .catch(() => {})
      .then(() => {
        queued.delete(key);
        return start(key, task);
      });
    queued.set(key, next);
    return next;
  };
}
