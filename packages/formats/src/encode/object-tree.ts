import { type Field, MillraceError } from '@millrace/plan'

/** Flat names with dots as nested objects: `sensor.id` and `sensor.name` are members of `sensor`. */
export type Member = { readonly name: string; readonly column: number } | { readonly name: string; readonly members: readonly Member[] }

export function membersOf(fields: readonly Field[]): readonly Member[] {
  return nest(fields.map((field, column) => ({ path: field.name.split('.'), column, name: field.name })))
}

function nest(paths: readonly { path: readonly string[]; column: number; name: string }[]): readonly Member[] {
  const groups = Map.groupBy(paths, ({ path }) => path[0] as string)
  return [...groups].map(([name, inside]) => {
    const leaf = inside.find(({ path }) => path.length === 1)
    if (leaf === undefined) return { name, members: nest(inside.map((entry) => ({ ...entry, path: entry.path.slice(1) }))) }
    if (inside.length > 1) throw new MillraceError('FORMAT_FIELDS', { column: leaf.name, format: 'JSON' })
    return { name, column: leaf.column }
  })
}
