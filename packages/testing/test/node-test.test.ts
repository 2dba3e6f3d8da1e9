import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test("under Node's own runner a right test passes and a wrong one fails with its difference", () => {
  const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', join(import.meta.dirname, 'fixtures/node-runner.ts')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  })
  expect(status).toBe(1)
  expect(stdout).toMatch(/^ *ok 1 - what came is what was expected/m)
  expect(stdout).toMatch(/^ *not ok 2 - what came is not what was expected/m)
  expect(stdout).toMatch(/sensor.*8|8.*sensor/)
})
