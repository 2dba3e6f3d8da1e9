import type { Manifest } from './manifest.ts'

export interface Totals {
  readonly rows: number
  readonly bytes: number
  readonly files: number
  /** Time of the earliest and the latest row; null: there is none. */
  readonly fromMs: number | null
  readonly toMs: number | null
}

/** A manifest never changes, and its totals are asked for often. */
const known = new WeakMap<Manifest, Totals>()

export function totalsOf(manifest: Manifest): Totals {
  const totals = known.get(manifest) ?? sum(manifest)
  known.set(manifest, totals)
  return totals
}

function sum({ files }: Manifest): Totals {
  let [rows, bytes, fromMs, toMs] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const file of files) {
    rows += file.rows
    bytes += file.bytes
    fromMs = Math.min(fromMs, file.fromMs)
    toMs = Math.max(toMs, file.toMs)
  }
  const none = files.length === 0
  return { rows, bytes, files: files.length, fromMs: none ? null : fromMs, toMs: none ? null : toMs }
}
