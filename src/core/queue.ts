/** An open deployment's place in the queue of its target. */
export interface QueueEntry {
  readonly deployment: number;
  readonly target: string;
  /** The packs that it claims, all of them or none. */
  readonly packs: readonly string[];
  /** When its turn came; it holds its leases since then. */
  readonly grantedAt?: Date;
}
