import type { Field, FieldType } from '@millrace/plan'
import { Double, Long } from 'mongodb'
import type { PageRow } from '../stores/page.ts'
import { storeName } from '../stores/store-names.ts'

/** What the library writes for a row: times as Date, whole numbers of 64 bits as Long. */
export interface StoredDocument {
  _id: string | Long
  [name: string]: unknown
}

type Tree = Record<string, unknown>
type Convert = (value: unknown) => unknown

/** How rows of these columns become documents. The row's own object is changed to one. */
export function documentsOf(fields: readonly Field[], key: string): (row: PageRow) => StoredDocument {
  const convert = convertTree(fields)
  const platform = fields.map(({ name }) => name).filter((name) => name.startsWith('$'))
  return ({ tree }) => {
    const whole: Tree = tree
    convert(whole)
    const _id = whole[key] as string | Long
    for (const name of platform) {
      whole[storeName(name)] = whole[name]
      delete whole[name]
    }
    // The sequence of a record is its document's id, and no member beside it.
    delete whole[storeName(key)]
    return { _id, ...whole }
  }
}

function convertTree(fields: readonly Field[]): (tree: Tree) => void {
  const leaves = fields.flatMap(({ name, type }) => {
    const convert = converterOf(type)
    return convert === null ? [] : [{ path: name.split('.'), convert }]
  })
  return (tree) => {
    for (const { path, convert } of leaves) convertAt(tree, path, convert)
  }
}

function convertAt(tree: Tree, path: readonly string[], convert: Convert): void {
  let inner: unknown = tree
  for (const name of path.slice(0, -1)) inner = (inner as Tree | null | undefined)?.[name]
  const last = path.at(-1) as string
  const value = (inner as Tree | null | undefined)?.[last]
  if (value !== null && value !== undefined) (inner as Tree)[last] = convert(value)
}

/** Null: the library writes it as it is meant. A number that happens to be whole would be written as one of 32 bits. */
function converterOf(type: FieldType): Convert | null {
  if (typeof type !== 'string') return listConverter(type.list)
  switch (type) {
    case 'int64':
    case 'duration':
      return (value) => Long.fromNumber(value as number)
    case 'float64':
      return (value) => (Number.isInteger(value) ? new Double(value as number) : value)
    case 'timestamp':
      return (value) => new Date(value as string)
    case 'bool':
    case 'int32':
    case 'string':
      return null
  }
}

function listConverter(fields: readonly Field[]): Convert {
  const [only] = fields
  if (fields.length === 1 && only?.name === '') {
    const convert = converterOf(only.type) ?? ((value: unknown) => value)
    return (list) => (list as readonly unknown[]).map((value) => (value === null ? null : convert(value)))
  }
  const convert = convertTree(fields)
  return (list) => {
    for (const element of list as readonly Tree[]) convert(element)
    return list
  }
}
