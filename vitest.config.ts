import { defineConfig } from 'vitest/config'

const every = ['packages/*/{src,test}/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'cases/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts']

/** A process takes file after file of these: to load the server's modules anew for each of them takes as long as half of their time. */
const together = ['packages/server/test/**/*.test.ts']
/** Of them: they change or measure the process that they run in. */
const alone = [
  'packages/server/test/{clock-jumps,disk-full}.test.ts',
  'packages/server/test/intake/mqtt-subscriptions.test.ts',
  'packages/server/test/live/events.test.ts',
  'packages/server/test/metrics/*.test.ts',
]

export default defineConfig({
  test: {
    globalSetup: 'scripts/systems/shared-servers.ts',
    testTimeout: 30_000,
    // What is waited for comes when it comes: a busy machine is no failure.
    expect: { poll: { timeout: 20_000 } },
    // Native code that tests call (DuckDB) ends the process where its thread ends before its work.
    pool: 'forks',
    // Much of a test's time is waiting for the disk and for processes: its own default leaves one core idle.
    maxWorkers: '100%',
    projects: [
      { extends: true, test: { name: 'server', include: together, exclude: alone, isolate: false } },
      { extends: true, test: { name: 'others', include: every, exclude: together } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
