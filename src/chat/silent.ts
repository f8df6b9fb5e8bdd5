/** The most deployments that are remembered. */
const most = 1_000;

/** Deployments of which nothing is shown in any message, so that not each of their events is a question. */
export class Silent {
  readonly #deployments = new Set<number>();

  has(deployment: number): boolean {
    return this.#deployments.has(deployment);
  }

  add(deployment: number): void {
    this.#deployments.add(deployment);
    const [oldest] = this.#deployments;
    if (this.#deployments.size > most && oldest !== undefined) this.#deployments.delete(oldest);
  }
}
