import { issue } from '@millrace/plan'
import { describe, expect, it } from 'vitest'
import { type Read, readAsAggregates, readAsColumns, readAsValue } from './read.ts'

/** What is refused: the source, and for each issue its code, the text underlined and a part of the message. */
type Case = readonly [source: string, ...issues: (readonly [code: string, underlined: string, says?: string])[]]

/** Runs the source, as a user's module would; the functions are strings here because TypeScript refuses most of them. */
const evaluated = (source: string): unknown => new Function(`const LIMIT = 5, LIMITS = { high: 3 }, hot = (a) => a.value > 3; return ${source}`)()

function table(name: string, read: (given: unknown) => Read, cases: readonly Case[]): void {
  describe(name, () => {
    for (const [source, ...expected] of cases)
      it(source, () => {
        const { issues } = read(evaluated(source))
        const found = issues.map(({ code, place, context }) => ({
          code,
          underlined: place.text.slice(place.start, place.end),
          says: issue(code, '', context).message,
        }))
        expect(found.map(({ code, underlined }) => [code, underlined])).toEqual(expected.map(([code, underlined]) => [code, underlined]))
        for (const [at, [, , says = '']] of expected.entries()) expect(found[at]?.says).toContain(says)
        // Every placeholder of the catalogue's texts is filled.
        for (const { says } of found) expect(says).not.toMatch(/\{(name|near|instead|what|type|where|known|columns|takes|given|parameters|literal)\}/)
      })
  })
}

table('refused functions', readAsValue, [
  ['async (a) => a.value > 3', ['SDK_FUNCTION_KIND', 'async (a) => a.value > 3', 'async']],
  ['function* (a) { yield a.value }', ['SDK_FUNCTION_KIND', 'function* (a) { yield a.value }', 'generator']],
  ['({ async when(a) { return a.value } }).when', ['SDK_FUNCTION_KIND', 'async when(a) { return a.value }'.slice(10), 'async']],
  ['class {}', ['SDK_FUNCTION_KIND', 'class {}', 'class']],
  ['class C { m() {} }', ['SDK_FUNCTION_KIND', 'class C { m() {} }', 'class']],
  ['((a) => a.value > 3).bind(null)', ['SDK_FUNCTION_WITHOUT_SOURCE', 'function () { [native code] }']],
  ['Math.max', ['SDK_FUNCTION_WITHOUT_SOURCE', 'function max() { [native code] }']],
  ['new Proxy((a) => a.value, {})', ['SDK_FUNCTION_WITHOUT_SOURCE', 'function () { [native code] }']],
  ["'value'", ['SDK_NOT_A_FUNCTION', '', 'string']],
  ['undefined', ['SDK_NOT_A_FUNCTION', '', 'nothing']],
  ['(a, p, q) => a.value > q.x', ['SDK_TOO_MANY_PARAMETERS', 'q', '(row, params)']],
  ['(...args) => args[0]', ['SDK_PARAMETER_PATTERN', '...args'], ['SDK_COMPUTED_NAME', '0']],
  ['([a]) => a', ['SDK_PARAMETER_PATTERN', '[a]']],
  ['({ value, ...rest }) => value', ['SDK_PARAMETER_PATTERN', '...rest']],
  ['(a, p = { limit: 3 }) => a.value > p.limit', ['SDK_PARAMETER_PATTERN', 'p = { limit: 3 }', 'params']],
  ['(a) => {}', ['SDK_STATEMENT', '{}', 'returns nothing']],
  ['(a) => { return }', ['SDK_STATEMENT', 'return']],
])

table('refused names', readAsValue, [
  ['(a) => a.value > LIMIT', ['SDK_CAPTURED_NAME', 'LIMIT', 'params: { LIMIT: ... }']],
  ['(a) => a.value > LIMITS.high', ['SDK_CAPTURED_NAME', 'LIMITS.high', 'p.high']],
  ['(a) => hot(a)', ['SDK_CAPTURED_NAME', 'hot']],
  ['(a) => a.value > LIMIT && a.limit < LIMIT', ['SDK_CAPTURED_NAME', 'LIMIT'], ['SDK_CAPTURED_NAME', 'LIMIT']],
  ['(a) => a.valeu > 3', ['SDK_UNKNOWN_COLUMN', 'valeu', 'Did you mean `value`?']],
  ['(a) => a.sensor.idd', ['SDK_UNKNOWN_COLUMN', 'idd', 'Did you mean `id`?']],
  ['({ valeu }) => valeu > 3', ['SDK_UNKNOWN_COLUMN', 'valeu', 'value']],
  ['(a) => a.__proto__ === 3', ['SDK_UNKNOWN_COLUMN', '__proto__']],
  ['(a) => a.constructor === 3', ['SDK_UNKNOWN_COLUMN', 'constructor']],
  ['(a, p) => a.value > p.limitt', ['SDK_UNKNOWN_PARAM', 'limitt', 'Did you mean `limit`?']],
  ['(a, p) => a.value > p.toString', ['SDK_UNKNOWN_PARAM', 'toString']],
  ["(a) => a['val' + 'ue'] > 3", ['SDK_COMPUTED_NAME', "'val' + 'ue'"]],
  ['(a) => a[LIMIT] > 3', ['SDK_COMPUTED_NAME', 'LIMIT']],
  ['(a) => a > 3', ['SDK_WHOLE_RECORD', 'a']],
  ['(a) => a.sensor > 3', ['SDK_WHOLE_RECORD', 'a.sensor']],
  ['(a, p) => p', ['SDK_NOT_A_VALUE', 'p']],
  ['(a) => Math', ['SDK_NOT_A_VALUE', 'Math']],
  ['(a) => a.value > Number.MAX_VALUE', ['SDK_CAPTURED_NAME', 'Number.MAX_VALUE']],
  ['(a) => a.value === NaN', ['SDK_CAPTURED_NAME', 'NaN', 'missing']],
  ['(a) => a.value > Date.now()', ['SDK_CAPTURED_NAME', 'Date.now', 'no clock']],
  ['(a) => a.value > Math.random()', ['SDK_UNKNOWN_FUNCTION', 'Math.random', 'Math.random']],
  ['(a) => parseFloat(a.name)', ['SDK_CAPTURED_NAME', 'parseFloat', 'fromText']],
  ['function (a) { return this.x > a.value }', ['SDK_SYNTAX', 'this']],
  ['function () { return arguments[0].value > 3 }', ['SDK_CAPTURED_NAME', 'arguments'], ['SDK_COMPUTED_NAME', '0']],
  ['(Math) => Math.abs > 3', ['SDK_UNKNOWN_COLUMN', 'abs']],
])

table('refused members and calls', readAsValue, [
  ['(a) => a.name.startWith("x")', ['SDK_UNKNOWN_MEMBER', 'startWith', 'Did you mean `startsWith`?']],
  ['(a) => a.value.minutes', ['SDK_UNKNOWN_MEMBER', 'minutes', 'float64']],
  ['(a) => a.to.getTime()', ['SDK_UNKNOWN_MEMBER', 'getTime', 'epochMs']],
  ['(a) => a.list.length', ['SDK_UNKNOWN_MEMBER', 'length', 'explode']],
  ['(a) => a.list.some((x) => x.a > 3)', ['SDK_SYNTAX', '(x) => x.a > 3', 'explode'], ['SDK_UNKNOWN_MEMBER', 'some']],
  ['(a) => a.name.slice()', ['SDK_ARGUMENTS', 'a.name.slice()', '1 to 2']],
  ['(a) => a.name.startsWith()', ['SDK_ARGUMENTS', 'a.name.startsWith()', '1']],
  ['(a) => Math.abs(a.value, 3)', ['SDK_ARGUMENTS', 'Math.abs(a.value, 3)']],
  ['(a) => Math.max(...a.list)', ['SDK_SYNTAX', '...a.list']],
  ['(a) => Math.max()', ['SDK_ARGUMENTS', 'Math.max()']],
  ['(a) => Math.fround(a.value)', ['SDK_UNKNOWN_FUNCTION', 'Math.fround', 'round']],
  ['(a) => a.value()', ['SDK_UNKNOWN_FUNCTION', 'a.value']],
  ['(a) => (3)(a.value)', ['SDK_UNKNOWN_FUNCTION', '3']],
])

table('refused syntax', readAsValue, [
  ['(a) => { if (a.value > 3) return true; return false }', ['SDK_STATEMENT', 'if (a.value > 3) return true;', '? a : b']],
  ['(a) => { for (const x of a.list) ; return true }', ['SDK_STATEMENT', 'for (const x of a.list) ;', 'explode']],
  ['(a) => { let x; x = 3; return x }', ['SDK_STATEMENT', 'x'], ['SDK_STATEMENT', 'x = 3;'], ['SDK_CAPTURED_NAME', 'x']],
  [
    '(a) => { try { return 1 } catch { return 2 } }',
    ['SDK_STATEMENT', 'try { return 1 } catch { return 2 }'],
    ['SDK_STATEMENT', '{ try { return 1 } catch { return 2 } }'],
  ],
  ['(a) => a.value > 1 / 0', ['SDK_NOT_A_VALUE', '1 / 0']],
  ['(a) => a.value = 3', ['SDK_SYNTAX', 'a.value = 3', '===']],
  ['(a) => a.value++', ['SDK_SYNTAX', 'a.value++']],
  ['(a) => new Date(a.to)', ['SDK_SYNTAX', 'new Date(a.to)']],
  ['(a) => /x/.test(a.name)', ['SDK_SYNTAX', '/x/', 'startsWith']],
  ['(a) => [a.value]', ['SDK_SYNTAX', '[a.value]']],
  ['(a) => (a.value * 2) ?? 0', ['SDK_SYNTAX', '(a.value * 2) ?? 0', '(row.x ?? 0) * 2']],
  ['(a) => a.id & 3', ['SDK_SYNTAX', 'a.id & 3', '`&`']],
  ['(a) => "value" in a', ['SDK_SYNTAX', '"value" in a', 'null']],
  ['(a) => typeof a.value === "number"', ['SDK_SYNTAX', 'typeof a.value', 'schema']],
  ['(a) => ~a.id', ['SDK_SYNTAX', '~a.id']],
  ['(a) => tag`x`', ['SDK_SYNTAX', 'tag`x`']],
  ['(a) => +a.name', ['SDK_SYNTAX', '+a.name', 'fromText']],
  ['(a) => a.id === 9007199254740993n', ['SDK_UNSAFE_INTEGER', '9007199254740993n']],
  ['(a) => a.id === 9007199254740993', ['SDK_UNSAFE_INTEGER', '9007199254740993', 'text()']],
  ['(a) => a.value > 1e300', ['SDK_UNSAFE_INTEGER', '1e300']],
  ['(a) => ({ x: 1 })', ['SDK_NOT_A_VALUE', '({ x: 1 })'.slice(1, -1)]],
  ['(a) => !a.value', ['SDK_NOT_BOOLEAN', 'a.value', 'float64']],
  ['(a) => a.name && a.isActive', ['SDK_NOT_BOOLEAN', 'a.name', "!== ''"]],
  ['(a) => a.id ? 1 : 2', ['SDK_NOT_BOOLEAN', 'a.id', '!== 0']],
])

table('refused columns', readAsColumns, [
  ['(a) => a.value', ['SDK_NOT_COLUMNS', 'a.value']],
  ['(a) => ({ ...a.value })', ['SDK_NOT_A_VALUE', 'a.value']],
  ['(a) => ({ [a.name]: 1 })', ['SDK_COMPUTED_NAME', 'a.name']],
  ['(a) => ({ get x() { return 1 } })', ['SDK_NOT_A_VALUE', 'get x() { return 1 }']],
  ['(a) => ({ x() { return 1 } })', ['SDK_NOT_A_VALUE', 'x() { return 1 }']],
  ['(a) => ({ x: LIMIT, y: a.z, w: a.value })', ['SDK_CAPTURED_NAME', 'LIMIT'], ['SDK_UNKNOWN_COLUMN', 'z']],
])

table('refused aggregates', readAsAggregates, [
  ['(a) => ({ n: count(), m: avg(a.value) })', ['SDK_CAPTURED_NAME', 'count', '(row, { count })'], ['SDK_CAPTURED_NAME', 'avg', '(row, { avg })']],
  ['(a, { average }) => ({ m: average(a.value) })', ['SDK_UNKNOWN_AGGREGATE', 'average', 'stddev']],
  ['(a, agg) => ({ n: agg.cout() })', ['SDK_UNKNOWN_AGGREGATE', 'agg.cout', 'Did you mean `count`?']],
  ['(a, { count }) => ({ n: count })', ['SDK_NOT_A_VALUE', 'count', 'Call it']],
  ['(a, { sum }) => ({ n: sum() })', ['SDK_ARGUMENTS', 'sum()', 'one value']],
  ['(a, { sum }) => ({ n: sum(a.value, a.limit) })', ['SDK_ARGUMENTS', 'sum(a.value, a.limit)']],
  ['(a, { sum }) => ({ n: sum(a.value, { when: a.isActive }) })', ['SDK_ARGUMENTS', '{ when: a.isActive }', 'where']],
])
