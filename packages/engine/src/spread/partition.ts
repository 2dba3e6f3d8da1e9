import type { Column, Dictionary, StringColumn } from '@millrace/columns'
import type { Field } from '@millrace/plan'
import { compileFunction } from '../code/compile.ts'
import type { Transform } from '../operators/transform.ts'
import { emptyKey, hashOfText, missingHash, numberCode, partCode, withColumnCode } from './key-hash.ts'
import type { Part } from './part.ts'

type Select = (
  columns: readonly Column[],
  texts: readonly (Int32Array | null)[],
  selection: Int32Array,
  count: number,
  kept: Int32Array,
  index: number,
  of: number,
) => number

/** Keeps the rows whose key, the columns `names`, belongs to the part. Without columns all rows belong to part 0. */
export function partition(fields: readonly Field[], names: readonly string[], part: Part): Transform {
  if (names.length === 0) return part.index === 0 ? (rows) => rows : (rows) => ({ ...rows, count: 0 })
  const key = names.map((name) => fields.findIndex((field) => field.name === name))
  const select = selectFunction(key.map((at) => fields[at] as Field))
  const texts = new TextHashes()
  let kept = new Int32Array(0)
  return (rows) => {
    if (kept.length < rows.count) kept = new Int32Array(rows.count)
    const columns = key.map((at) => rows.batch.columns[at] as Column)
    const hashes = columns.map((column) => (column.kind === 'string' ? texts.of(column) : null))
    const count = select(columns, hashes, rows.selection, rows.count, kept, part.index, part.of)
    return { ...rows, selection: kept, count }
  }
}

/** As a filter's loop: every row is written to the next place, which moves on only for rows that are kept. */
function selectFunction(key: readonly Field[]): Select {
  const body = `
${key.map((_, at) => `const c${at} = columns[${at}].values, v${at} = columns[${at}].validity, t${at} = texts[${at}];`).join('\n')}
let n = 0;
for (let x = 0; x < count; x++) {
  const i = selection[x];
  let hash = ${emptyKey};
  ${key.map(columnCode).join('\n  ')}
  kept[n] = i;
  n += ${partCode('hash', 'of')} === index ? 1 : 0;
}
return n;`
  return compileFunction<Select>('partition', ['columns', 'texts', 'selection', 'count', 'kept', 'index', 'of'], body)
}

/** Statements that take column `at` of row `i` into `hash`. */
function columnCode(field: Field, at: number): string {
  const value = `h${at}`
  if (!field.nullable) return `${valueCode(field, at, value)} ${withColumnCode('hash', value)}`
  const absent = `((v${at}[i >> 3] >> (i & 7)) & 1) === 0`
  return `${valueCode(field, at, value)} if (${absent}) ${value} = ${missingHash}; ${withColumnCode('hash', value)}`
}

function valueCode({ type }: Field, at: number, name: string): string {
  switch (type) {
    case 'string':
      return `let ${name} = t${at}[c${at}[i]];`
    case 'bool':
      return `let ${name} = (c${at}[i >> 3] >> (i & 7)) & 1;`
    case 'int32':
      return `let ${name} = c${at}[i];`
    default:
      return `const n${at} = c${at}[i]; ${numberCode(name, `n${at}`)}`
  }
}

/** Hashes of the strings of dictionaries: made once an entry, not once a row. */
class TextHashes {
  private readonly known = new WeakMap<Dictionary, { hashes: Int32Array; count: number }>()

  of({ dictionary }: StringColumn): Int32Array {
    const { size, bytes, offsets } = dictionary
    const known = this.known.get(dictionary) ?? { hashes: new Int32Array(size), count: 0 }
    if (known.hashes.length < size) {
      const hashes = new Int32Array(size * 2)
      hashes.set(known.hashes)
      known.hashes = hashes
    }
    for (; known.count < size; known.count++) known.hashes[known.count] = hashOfText(bytes, offsets[known.count] as number, offsets[known.count + 1] as number)
    this.known.set(dictionary, known)
    return known.hashes
  }
}
