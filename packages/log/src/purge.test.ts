import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { nodeFiles } from './files/node-files.ts'
import type { Log } from './log.ts'
import { openLog } from './open-log.ts'

const marker = 'm4rk-of-one-tenant'
const others = 'what-others-keep'

function append(log: Log, tenant: string, stream: string, text: string): Promise<unknown> {
  return log.append({ tenant, chunks: [{ stream, kind: 'bytes', rows: 1, schema: 0, payload: Buffer.from(text) }], producer: { id: text, sequence: 1 } })
}

function filesWith(folder: string, text: string): readonly string[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.map(({ parentPath, name }) => join(parentPath, name)).filter((file) => readFileSync(file).includes(text))
}

it('producers of what was erased are in no file and unknown, also where nothing was appended since, and after a restart', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-purge-'))
  let log = await openLog({ directory, durability: 'os' })
  for (let at = 0; at < 5; at++) await append(log, 'gone', 'a', `${marker} ${at}`)
  await append(log, 'stays', 'a', others)
  await log.purge()
  await log.erase('gone')
  await log.close()
  log = await openLog({ directory, durability: 'os' })
  expect(log.producerSequence('gone', `${marker} 0`)).toBeNull()
  expect(log.producerSequence('stays', others)).toBe(1)
  await log.purge()
  await log.purge()
  expect(filesWith(directory, marker)).toEqual([])
  await log.close()
  rmSync(directory, { recursive: true })
})

it('what was erased while the log is copied is in no file once its purge resolves', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-purge-'))
  const copying = Promise.withResolvers<void>()
  const linked = Promise.withResolvers<void>()
  const link = async (from: string, to: string): Promise<void> => {
    linked.resolve()
    await copying.promise
    return nodeFiles.link(from, to)
  }
  const log = await openLog({ directory: join(directory, 'log'), durability: 'os', files: { ...nodeFiles, link } })
  await append(log, 'gone', 'a', marker)
  await log.purge()
  const copy = log.copyTo(join(directory, 'copy'))
  await linked.promise
  await log.erase('gone')
  const purged = log.purge()
  copying.resolve()
  await Promise.all([copy, purged])
  expect(filesWith(join(directory, 'log'), marker)).toEqual([])
  await log.close()
  rmSync(directory, { recursive: true })
})

it('what was erased is in no file any more after a purge, what others appended meanwhile is kept', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-purge-'))
  let log = await openLog({ directory, durability: 'os' })
  for (let at = 0; at < 20; at++) {
    await append(log, 'gone', 'a', `${marker} ${at}`)
    await append(log, 'stays', 'a', `${others} ${at}`)
    if (at === 10) await log.maintain()
  }
  expect(filesWith(directory, marker).length).toBeGreaterThan(0)
  const meanwhile = Promise.all(Array.from({ length: 50 }, (_, at) => append(log, 'stays', 'b', `${others} later ${at}`)))
  await log.erase('gone')
  await log.purge()
  expect(filesWith(directory, marker)).toEqual([])
  await meanwhile
  await log.close()
  log = await openLog({ directory, durability: 'os' })
  expect(log.streams('gone')).toEqual([])
  expect(log.streams('stays').map(({ stream, rows }) => [stream, rows])).toEqual([
    ['a', 20],
    ['b', 50],
  ])
  await log.purge()
  await log.close()
  rmSync(directory, { recursive: true })
})
