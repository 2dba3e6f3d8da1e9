/** A place where two JSON values differ; `before` and `after` are JSON, or `nothing`. */
export interface Difference {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** All places, outermost first, where `after` differs from `before`. */
export function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => differences(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  return Object.is(before, after) ? [] : [{ path, before: short(before), after: short(after) }]
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function short(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
