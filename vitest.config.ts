import { defineConfig } from 'vitest/config'

const every = ['packages/*/{src,test}/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'cases/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts']

/** They change or measure the process that they run in: its sockets, its clock, its program, what it counts and what it leaves open. */
const alone = [
  'bench/**/*.test.ts',
  'packages/connectors/test/*.test.ts',
  'packages/connectors/test/{kafka,postgresql,rabbitmq,mongodb,cassandra}/*.test.ts',
  'packages/engine/test/{bounds,hostile-text}.test.ts',
  'packages/history/test/{failures,query}.test.ts',
  'packages/jobs/test/figures.test.ts',
  'packages/log/src/background.test.ts',
  'packages/sdk/test/minifiers.test.ts',
  'packages/server/test/clock-jumps.test.ts',
  'packages/server/test/intake/mqtt-subscriptions.test.ts',
  'packages/server/test/live/events.test.ts',
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
      // A process takes file after file: to load the modules anew for each of them takes as long as half of the tests.
      { extends: true, test: { name: 'together', include: every, exclude: alone, isolate: false } },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
})
