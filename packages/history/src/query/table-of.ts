import { join } from 'node:path'
import type { Manifest } from '../files/manifest.ts'
import type { Followed } from '../followed.ts'
import type { QueryTable } from './messages.ts'

/** A stream's files as a table. Its columns are those of all files, the newest file's type where they differ. */
export function tableOf({ stream, result }: Followed, { shapes, files }: Manifest, directory: string): QueryTable {
  const used = new Set(files.map(({ shape }) => shape))
  const shown = files.length === 0 ? shapes.slice(-1) : shapes.filter((_, at) => used.has(at))
  const types = new Map(shown.flat().map(({ name, type }) => [name, type]))
  return {
    name: stream,
    paths: files.map(({ path }) => join(directory, path)),
    columns: [...types].map(([name, type]) => ({ name, type })),
    results: result !== undefined,
  }
}
