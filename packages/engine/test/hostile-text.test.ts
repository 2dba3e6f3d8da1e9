import type { Expression, Plan } from '@millrace/plan'
import { validate } from '@millrace/plan'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type PlainRow, SmallJob } from './small-job.ts'

/** Texts that would end a string, a template, a comment or a line, or be found on an object's prototype. */
const hostile = [
  '"];throw 1//',
  "'];throw 2//",
  ['`$', '{hacked = 1}`'].join(''),
  '*/ hacked() /*',
  '\u2028throw 3\u2029',
  '\\',
  '\\"',
  '</script>',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'k',
  'pane',
  'K[o]',
  'c0',
  '0',
  ' ',
  '𝒳',
]
/** Values may be what no name may. */
const values = [...hostile, '__proto__', 'constructor', 'prototype', '\0', '\n', '\r\n', '']

const column = (name: string): Expression => ({ kind: 'column', name })
const call = (name: 'concat' | 'eq' | 'gt' | 'format' | 'or', ...args: readonly Expression[]): Expression => ({ kind: 'call', name, args })
const literal = (value: string): Expression => ({ kind: 'literal', value })

/** A plan in which everything a tenant may name is called `name`, and all its texts are `text`. */
function planOf(name: string, text: string): Plan {
  const other = `${name}2`
  return {
    version: 1,
    name: 'hostile',
    params: { [name]: text },
    streams: {
      s: {
        schema: {
          columns: [
            { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } },
            { name, type: { kind: 'string' }, optional: true },
          ],
        },
        format: { kind: 'ndjson' },
        time: 'at',
        withoutTime: 'reject',
        watermark: { kind: 'monotonic' },
        idleTimeoutMs: null,
        maxAheadMs: 0,
        unknownFields: 'lenient',
        key: [],
      },
    },
    operators: [
      { kind: 'read', id: 'read', stream: 's' },
      {
        kind: 'filter',
        id: 'kept',
        input: 'read',
        where: call('or', call('eq', column(name), literal(text)), call('gt', column(name), { kind: 'param', name })),
      },
      {
        kind: 'map',
        id: 'mapped',
        input: 'kept',
        columns: [
          { name, value: column(name) },
          { name: other, value: call('concat', column(name), literal(text), { kind: 'param', name }) },
        ],
      },
      {
        kind: 'aggregate',
        id: 'grouped',
        input: 'mapped',
        key: [name],
        window: { kind: 'hopping', sizeMs: 20, slideMs: 10, offsetMs: 0 },
        allowedLatenessMs: 0,
        results: 'revised',
        emit: 'record',
        columns: [
          {
            name: other,
            value: call('concat', { kind: 'aggregate', name: 'max', arg: column(other), where: call('eq', column(name), literal(text)) }, literal(text)),
          },
        ],
      },
      {
        kind: 'alert',
        id: 'alerts',
        input: 'grouped',
        key: [name],
        when: call('eq', column(name), literal(text)),
        severity: 'info',
        message: call('format', literal(text), column(other)),
        cooldownMs: 0,
        clearAfterMs: null,
      },
    ],
    outputs: { mapped: 'mapped', grouped: 'grouped', alerts: 'alerts' },
  }
}

describe('text of tenants and sensors', () => {
  const sources: string[] = []
  const globals = new Set(Object.getOwnPropertyNames(globalThis))

  beforeAll(() => {
    const plain = Function
    vi.stubGlobal(
      'Function',
      new Proxy(plain, {
        construct: (target, args: string[]) => {
          sources.push(args.join('\n'))
          return Reflect.construct(target, args) as object
        },
      }),
    )
  })
  afterAll(() => vi.unstubAllGlobals())

  it.each(hostile)('%j is data, as the name of columns and params', (name) => {
    const plan = planOf(name, 'plain')
    expect(validate(plan)).toEqual([])
    const rows: readonly PlainRow[] = [
      { at: 5, [name]: 'plain' },
      { at: 6, [name]: null },
      { at: 100, [name]: 'zz' },
    ]
    const { told } = new SmallJob(plan).push(rows).end()
    expect(told).toContain(`mapped 0.0 ${name}="plain" ${name}2="plainplainplain"`)
    expect(told).toContain(`grouped 2.0 ${name}="plain" windowStart=-10 windowEnd=10 ${name}2="plainplainplainplain"`)
    expect(told.filter((line) => line.startsWith('alerts')).length).toBeGreaterThan(0)
  })

  it.each(values)('%j is data, as a literal, a param and a value of a record', (text) => {
    const plan = planOf('name', text)
    expect(validate(plan)).toEqual([])
    const { told } = new SmallJob(plan)
      .push([
        { at: 5, name: text },
        { at: 100, name: `${text}x` },
      ])
      .end()
    const quoted = JSON.stringify(text)
    expect(told).toContain(`mapped 0.0 name=${quoted} name2=${JSON.stringify(text.repeat(3))}`)
    expect(told).toContain(`grouped 1.0 name=${quoted} windowStart=-10 windowEnd=10 name2=${JSON.stringify(text.repeat(4))}`)
    const alert = `alerts 1.0 alert="open" severity="info" message=${JSON.stringify(text.repeat(5))} openedAt=10 name=${quoted}`
    expect(told.some((line) => line.startsWith(alert))).toBe(true)
  })

  it('stands in no generated source', () => {
    const special = values.filter((text) => /[^\w\s[\]\\]/.test(text) && text.length > 3)
    expect(sources.length).toBeGreaterThan(10)
    for (const source of sources) for (const text of [...special, 'hacked', 'hasOwnProperty', '__proto__']) expect(source).not.toContain(text)
  })

  it('shares code: other names and texts compile nothing new', () => {
    new SmallJob(planOf('first', 'one')).push([{ at: 5, first: 'one' }])
    const before = sources.length
    new SmallJob(planOf('second', 'two')).push([{ at: 5, second: 'two' }])
    expect(sources.length).toBe(before)
  })

  it('changes nothing global', () => {
    expect(Object.getOwnPropertyNames(globalThis).filter((name) => !globals.has(name))).toEqual([])
    expect(Object.keys(Object.prototype)).toEqual([])
  })
})
