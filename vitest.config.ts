import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.js';

const count = new CountReporter((text) => process.stdout.write(text), process.env.PACKTRAIN_TEST_COUNT);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx', 'src/**/*.test.ts'],
    globalSetup: ['test/fixtures/postgres-global.ts'],
    // The runner's own default leaves one core to itself, though half of the time the tests wait.
    maxWorkers: availableParallelism() + 1,
    reporters: ['default', count],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
