/** What of an expected row is not as it should be: `failures: expected 7, got 6`. Empty: it matches. */
export function mismatches(expected: unknown, actual: unknown, path = ''): readonly string[] {
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([name, value]) => mismatches(value, actual[name], path === '' ? name : `${path}.${name}`))
  }
  if (Array.isArray(expected) && Array.isArray(actual) && expected.length === actual.length) {
    return expected.flatMap((value, index) => mismatches(value, actual[index], `${path}[${index}]`))
  }
  return sameValue(expected, actual) ? [] : [`${path}: expected ${show(expected)}, got ${show(actual)}`]
}

/** Floats may differ by 1e-9 of their size (semantics V4); a timestamp equals its text. */
function sameValue(expected: unknown, actual: unknown): boolean {
  if (actual instanceof Date && (typeof expected === 'string' || expected instanceof Date)) return instant(expected) === actual.getTime()
  if (typeof expected === 'number' && typeof actual === 'number') return isClose(expected, actual)
  return Object.is(expected, actual)
}

function instant(value: string | Date): number {
  return typeof value === 'string' ? Date.parse(value) : value.getTime()
}

function isClose(expected: number, actual: number): boolean {
  if (expected === actual) return true
  if (Number.isInteger(expected) && Number.isInteger(actual)) return false
  return Math.abs(expected - actual) <= 1e-9 * Math.max(Math.abs(expected), Math.abs(actual))
}

const longestText = 500

/** A value on one line, as a test would write it; very long ones are cut. */
export function show(value: unknown): string {
  const text = literal(value)
  return text.length <= longestText ? text : `${text.slice(0, longestText)} ...`
}

function literal(value: unknown): string {
  if (value instanceof Date) return value.toISOString().replace('.000Z', 'Z')
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (isObject(value))
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${name}: ${literal(inner)}`)
      .join(', ')} }`
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
