import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'

const bin = join(import.meta.dirname, '..', 'bin')

/** A Node older than 24 on this machine's PATH, if it has one. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((node) => existsSync(node) && Number(spawnSync(node, ['-p', 'process.versions.node.split(".")[0]'], { encoding: 'utf8' }).stdout) < 24)

describe.skipIf(oldNode === undefined)('on an old Node', () => {
  test('the command starts itself again with the Node that npm brought along', () => {
    const { status, stdout } = spawnSync(oldNode as string, [join(bin, 'millrace.js'), 'generate', 'bts', '--rows', '2'], { encoding: 'utf8' })
    expect(status).toBe(0)
    expect(stdout.split('\n')).toHaveLength(4)
  })

  test('exit codes come through', () => {
    expect(spawnSync(oldNode as string, [join(bin, 'millrace.js'), 'nothing']).status).toBe(2)
  })

  test('without one it says what it needs', () => {
    const alone = mkdtempSync(join(tmpdir(), 'millrace-alone-'))
    cpSync(bin, alone, { recursive: true })
    writeFileSync(join(alone, 'package.json'), '{ "type": "module" }')
    const { status, stderr } = spawnSync(oldNode as string, [join(alone, 'millrace.js')], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining('Millrace needs Node 24 or newer; this is ') })
    rmSync(alone, { recursive: true })
  })
})
