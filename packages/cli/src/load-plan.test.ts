import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { counting } from '../test/plans.ts'
import { loadPlan } from './load-plan.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-load-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(name: string, content: string): string {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('loading', () => {
  test('a plan file is its JSON', async () => {
    expect(await loadPlan(fileOf('plan.json', JSON.stringify(counting)))).toEqual(counting)
  })

  test('an app is the plan of its default export', async () => {
    const app = `const plan: object = ${JSON.stringify(counting)}\nexport default { name: 'counting', plan }`
    expect(await loadPlan(fileOf('app.mts', app))).toEqual(counting)
  })

  test.each([
    ['CLI_APP_KIND', 'app.txt', ''],
    ['CLI_PLAN_JSON', 'broken.json', '{'],
    ['CLI_APP_NO_DEFAULT', 'named.mts', 'export const app = 1'],
    ['CLI_APP_NOT_AN_APP', 'number.mts', 'export default 1'],
    ['CLI_APP_IMPORT', 'import.mts', "import './nothing.ts'\nexport default 1"],
    ['CLI_APP_IMPORT', 'package.mts', "import 'no-such-package-here'\nexport default 1"],
    ['CLI_APP_THROWS', 'throws.mts', "throw new Error('boom')"],
    ['CLI_APP_THROWS', 'rejects.mts', 'await Promise.reject(42)'],
  ])('%s: %s', async (code, name, content) => {
    await expect(loadPlan(fileOf(name, content))).rejects.toMatchObject({ code, message: expect.stringContaining(name) })
  })

  test('a missing file is named', async () => {
    await expect(loadPlan('nowhere.ts')).rejects.toMatchObject({ code: 'CLI_APP_MISSING', message: 'nowhere.ts does not exist.' })
  })

  test('what the sdk refuses comes through with its issues', async () => {
    const content = "throw Object.assign(new Error('2 issues'), { name: 'MillraceError', code: 'SDK_X', action: 'Mend it.', issues: [1, 2] })"
    await expect(loadPlan(fileOf('refused.mts', content))).rejects.toMatchObject({ code: 'SDK_X', issues: [1, 2] })
  })
})
