import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { errorCode, readWhole, replaceFile } from './durable.ts'
import { nodeFiles } from './node-files.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-files-'))
afterAll(() => rmSync(folder, { recursive: true }))
const code = (promise: Promise<unknown>): Promise<string> => promise.then(() => 'done', errorCode)

describe('the files of this machine', () => {
  it('write any number of parts, and read into shared memory', async () => {
    const file = await nodeFiles.open(join(folder, 'parts'), 'create')
    const parts = Array.from({ length: 3000 }, (_, part) => new Uint8Array(part % 7).fill(part))
    await file.write(parts, 5)
    const written = Buffer.concat(parts)
    expect(await file.size()).toBe(5 + written.length)
    const shared = new Uint8Array(new SharedArrayBuffer(written.length + 10))
    expect(await file.read(shared, 5)).toBe(written.length)
    expect(Buffer.from(shared.subarray(0, written.length)).equals(written)).toBe(true)
    await file.truncate(6)
    expect(await file.read(shared, 0)).toBe(6)
    await file.sync()
    await file.close()
  })

  it('tell what is missing or there already, and bear it where the contract says so', async () => {
    const path = join(folder, 'a', 'b')
    await nodeFiles.makeDirectory(path)
    await nodeFiles.makeDirectory(path)
    await nodeFiles.syncDirectory(path)
    expect(await nodeFiles.list(join(folder, 'a'))).toEqual(['b'])
    expect(await nodeFiles.list(join(folder, 'none'))).toEqual([])
    await nodeFiles.removeDirectory(join(folder, 'none'))
    expect(await code(nodeFiles.open(join(path, 'none'), 'read'))).toBe('ENOENT')
    expect(await code(nodeFiles.open(join(path, 'none'), 'write'))).toBe('ENOENT')
    await (await nodeFiles.open(join(path, 'file'), 'create')).close()
    expect(await code(nodeFiles.open(join(path, 'file'), 'create'))).toBe('EEXIST')
    expect(await code(nodeFiles.removeDirectory(path))).toBe('ENOTEMPTY')
    await nodeFiles.remove(join(path, 'file'))
    await nodeFiles.removeDirectory(path)
    expect(await nodeFiles.list(join(folder, 'a'))).toEqual([])
  })

  it('replace a file at once, also where an attempt before was left unfinished', async () => {
    const path = join(folder, 'replaced')
    await replaceFile(nodeFiles, path, [Buffer.from('old')])
    await (await nodeFiles.open(`${path}.new`, 'create')).close()
    await replaceFile(nodeFiles, path, [Buffer.from('ne'), Buffer.from('w')])
    expect(Buffer.from((await readWhole(nodeFiles, path))!).toString()).toBe('new')
    expect(await nodeFiles.list(folder)).not.toContain('replaced.new')
    expect(await readWhole(nodeFiles, join(folder, 'none'))).toBeNull()
  })
})
