import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** What came of a run, as `.ci/run` reads it. */
export interface TestCount {
  readonly passed: number;
  /** Tests that failed, and files or hooks that broke outside any test. */
  readonly failed: number;
  /** The tests that did not run, each as its file and its whole name, which says why. */
  readonly skipped: readonly string[];
}

/** Names every test that was skipped and ends the run with one plain line: `12 passed, 0 failed`. */
export class CountReporter implements Reporter {
  readonly #write: (text: string) => void;
  readonly #file: string | undefined;

  /**
   * @param write where the lines go
   * @param file where the count goes as JSON, for programs
   */
  constructor(write: (text: string) => void, file: string | undefined) {
    this.#write = write;
    this.#file = file;
  }

  /** Called by the runner at the end. */
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const count = countOf(modules, unhandled.length);
    for (const name of count.skipped) this.#write(`skipped: ${name}\n`);
    this.#write(`${lineOf(count)}\n`);
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify({ ...count, line: lineOf(count) }, undefined, 2)}\n`);
  }
}

function countOf(modules: readonly TestModule[], unhandled: number): TestCount {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  // A test that never came to an end is no better than one that failed.
  const failed = inState('failed').length + inState('pending').length;
  const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]);
  const brokenOutside = broken.filter((part) => part.errors().length > 0).length;
  return {
    passed: inState('passed').length,
    failed: failed + brokenOutside + unhandled,
    skipped: inState('skipped').map((test) => `${test.module.relativeModuleId} > ${test.fullName}`),
  };
}

function lineOf({ passed, failed, skipped }: TestCount): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped.length === 0 ? line : `${line}, ${skipped.length} skipped`;
}
