import type { Field } from '../schema.ts'
import { hint, join, quote, type Report } from './report.ts'

/**
 * Key columns: each a scalar column of the rows, once, and never float64, whose equality is not what people
 * expect. `loose`: columns that are known to be wrong already. Answers whether all are right.
 */
export function checkKey(key: readonly string[], fields: readonly Field[], path: string, report: Report, loose: ReadonlySet<string> = new Set()): boolean {
  const names = fields.map((field) => field.name)
  const faults = key.filter((name, index) => {
    const field = fields.find((candidate) => candidate.name === name)
    const at = join(path, index)
    if (loose.has(name)) return true
    if (field === undefined) report('COLUMN_UNKNOWN', at, { name: quote(name), hint: hint(name, names) })
    else if (key.indexOf(name) !== index) report('KEY_DUPLICATE', at, { name: quote(name) })
    else if (field.type === 'float64') report('KEY_FLOAT', at, { name: quote(name) })
    else if (typeof field.type === 'object') report('COLUMN_IS_LIST', at, { name: quote(name) })
    else return false
    return true
  })
  return faults.length === 0
}
