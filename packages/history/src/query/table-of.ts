import type { Manifest } from '../files/manifest.ts'
import type { StreamFolder } from '../files/stream-folder.ts'
import type { QueryTable } from './messages.ts'

/** A stream's files as a table. Its columns are those of all files, the newest file's type where they differ. */
export function tableOf(folder: Pick<StreamFolder, 'pathOf'>, { stream, shapes, files }: Manifest): QueryTable {
  const used = new Set(files.map(({ shape }) => shape))
  const shown = files.length === 0 ? shapes.slice(-1) : shapes.filter((_, at) => used.has(at))
  const types = new Map(shown.flat().map(({ name, type }) => [name, type]))
  return {
    name: stream,
    paths: files.map(({ path }) => folder.pathOf(path)),
    columns: [...types].map(([name, type]) => ({ name, type })),
    // No column of a plan gets this name (`fileNames`).
    results: types.has('result_id'),
  }
}
