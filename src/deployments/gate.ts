import { within } from '../core/within.js';

/** What a step does once it was let in. */
export type Guard = <R>(work: () => Promise<R>) => Promise<R>;

/**
 * The gate that every step goes through, so that a server can stop between two steps. What comes while it stops waits
 * for ever: to the workflow it is as if the server had been killed there, and after the next start it goes on from the
 * last step that was done.
 */
export class Gate {
  readonly #inside = new Set<object>();
  #emptied: () => void = () => undefined;
  #isStopping = false;

  /** Whether nobody is let in any more. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Lets a call in and gives what comes of it; `start` is to do the call's own work by the guard. */
  async pass<T>(start: (guard: Guard) => Promise<T>): Promise<T> {
    if (this.#isStopping) return await forEver();
    const call = {};
    this.#inside.add(call);
    try {
      return await start((work) => this.#guarded(call, work));
    } catch (error) {
      if (this.#isStopping) return await this.#abandoned(call);
      throw error;
    } finally {
      this.#leave(call);
    }
  }

  /** Lets a call wait inside without being waited for. */
  async wait<T>(start: () => Promise<T>): Promise<T> {
    if (this.#isStopping) return await forEver();
    try {
      return await start();
    } catch (error) {
      if (this.#isStopping) return await forEver();
      throw error;
    }
  }

  /** Lets nobody in any more, and waits until those inside are out, but no longer than this. */
  async stop(withinMs: number): Promise<void> {
    this.#isStopping = true;
    if (this.#inside.size === 0) return;
    const empty = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    await within(withinMs, empty);
  }

  async #guarded<R>(call: object, work: () => Promise<R>): Promise<R> {
    if (this.#isStopping) return await this.#abandoned(call);
    let result: R;
    try {
      result = await work();
    } catch (error) {
      if (this.#isStopping) return await this.#abandoned(call);
      throw error;
    }
    // What was refused just now may have been cut off by the stop; what was done is kept.
    return this.#isStopping && isRefused(result) ? await this.#abandoned(call) : result;
  }

  #abandoned(call: object): Promise<never> {
    this.#leave(call);
    return forEver();
  }

  #leave(call: object): void {
    this.#inside.delete(call);
    if (this.#inside.size === 0) this.#emptied();
  }
}

function isRefused(result: unknown): boolean {
  return typeof result === 'object' && result !== null && 'ok' in result && result.ok === false;
}

function forEver(): Promise<never> {
  return new Promise(() => undefined);
}
