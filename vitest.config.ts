import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { ChatTableReporter } from './test/support/chat-table-reporter.js';
import { CountReporter } from './test/support/count-reporter.js';

const chats = new ChatTableReporter((text) => process.stdout.write(text));
const count = new CountReporter((text) => process.stdout.write(text), process.env.PACKTRAIN_TEST_COUNT);

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx', 'src/**/*.test.ts'],
    globalSetup: ['test/fixtures/global-setup.ts'],
    setupFiles: ['test/support/close-left-open.ts'],
    // The runner's own default leaves one core to itself, though half of the time the tests wait.
    maxWorkers: availableParallelism() + 1,
    // To read all modules anew for each file would take longer than most files do. No test changes what modules hold.
    isolate: false,
    reporters: ['default', chats, count],
    // What is only slow is not broken: these say when a test hangs, on a machine that is busy with other things, too.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    restoreMocks: true,
  },
});
