import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/{src,test}/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'cases/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    globalSetup: 'scripts/systems/shared-servers.ts',
    testTimeout: 30_000,
    // What is waited for comes when it comes: a busy machine is no failure.
    expect: { poll: { timeout: 20_000 } },
    // Native code that tests call (DuckDB) ends the process where its thread ends before its work.
    pool: 'forks',
    // Much of a test's time is waiting for the disk and for processes: its own default leaves one core idle.
    maxWorkers: '100%',
  },
})
