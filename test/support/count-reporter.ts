import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Reporter, SerializedError, TestCase, TestModule, TestSuite } from 'vitest/node';

/** What failed, and the first line of why. */
export interface Failure {
  /** The test's file and its whole name; for what broke outside any test the file, and the suite where there is one. */
  readonly name: string;
  readonly error: string;
}

/** What came of a run, as `.ci/run` reads it. */
export interface TestCount {
  readonly passed: number;
  /** Tests that failed, and files or hooks that broke outside any test. */
  readonly failed: number;
  readonly failures: readonly Failure[];
  /** The tests that did not run, each as its file and its whole name, which says why. */
  readonly skipped: readonly string[];
}

/** Names every test that was skipped or failed and ends the run with one plain line: `12 passed, 0 failed`. */
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
    const count = countOf(modules, unhandled);
    for (const name of count.skipped) this.#write(`skipped: ${name}\n`);
    for (const { name, error } of count.failures) this.#write(`failed: ${name}: ${error}\n`);
    this.#write(`${lineOf(count)}\n`);
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    writeFileSync(this.#file, `${JSON.stringify({ ...count, line: lineOf(count) }, undefined, 2)}\n`);
  }
}

function countOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): TestCount {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const inState = (state: string) => tests.filter((test) => test.result().state === state);
  const failures = [
    ...inState('failed').map((test) => ({ name: nameOf(test), error: firstLine(test.result().errors) })),
    // A test that never came to an end is no better than one that failed.
    ...inState('pending').map((test) => ({ name: nameOf(test), error: 'it never ended' })),
    ...brokenOutside(modules),
    ...unhandled.map((error) => ({ name: 'outside any test', error: firstLine([error]) })),
  ];
  return {
    passed: inState('passed').length,
    failed: failures.length,
    failures,
    skipped: inState('skipped').map(nameOf),
  };
}

/** Files and suites that broke outside any test: while they were read, or in a hook. */
function brokenOutside(modules: readonly TestModule[]): Failure[] {
  return modules.flatMap((module) =>
    [module, ...module.children.allSuites()]
      .filter((part) => part.errors().length > 0)
      .map((part) => ({
        name: part.type === 'module' ? part.relativeModuleId : nameOf(part),
        error: firstLine(part.errors()),
      })),
  );
}

function nameOf(part: TestCase | TestSuite): string {
  return `${part.module.relativeModuleId} > ${part.fullName}`;
}

function firstLine(errors: readonly Pick<SerializedError, 'message'>[] | undefined): string {
  return errors?.[0]?.message.split('\n')[0] ?? 'without a word';
}

function lineOf({ passed, failed, skipped }: TestCount): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped.length === 0 ? line : `${line}, ${skipped.length} skipped`;
}
