import type { Config } from '../../config/config.js';
import type { Borrow, BorrowView } from '../../core/borrow.js';
import { repositoryNamed } from '../lookup.js';

/** A borrow with whether it can go back at all. */
export function borrowView(config: Config, borrow: Borrow): BorrowView {
  return isStranded(config, borrow) ? { ...borrow, isStranded: true } : borrow;
}

/** Whether the repository of a borrow is not in the config. */
export function isStranded(config: Config, { repository }: Borrow): boolean {
  return !repositoryNamed(config, repository).ok;
}
