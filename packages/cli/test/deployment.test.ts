import { readFileSync } from 'node:fs'
import { defaultSettings, settingNames } from '@millrace/server'
import { expect, test } from 'vitest'

const folder = new URL('../../../examples/deployment/', import.meta.url)

test('the example deployment names only settings that there are, of their types', () => {
  const settings = JSON.parse(readFileSync(new URL('millrace.json', folder), 'utf8')) as Record<string, unknown>
  expect(Object.keys(settings).filter((name) => !settingNames.some((known) => known === name))).toEqual([])
  for (const [name, value] of Object.entries(settings)) {
    const usual: unknown = defaultSettings[name as keyof typeof defaultSettings]
    if (usual !== null) expect(typeof value, name).toBe(typeof usual)
  }
})
