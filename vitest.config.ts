import { defineConfig } from 'vitest/config';
import { CountReporter } from './test/support/count-reporter.js';

const count = new CountReporter((text) => process.stdout.write(text), process.env.PACKTRAIN_TEST_COUNT);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx', 'src/**/*.test.ts'],
    globalSetup: ['test/fixtures/postgres-global.ts'],
    reporters: ['default', count],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
