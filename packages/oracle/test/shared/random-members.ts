import type { Member } from '@millrace/engine'
import { type Expression, inputsOf, type NamedExpression, type Operator, type Plan, type StreamNode, type Window } from '@millrace/plan'
import type { LogEntry } from '../../src/log.ts'
import { Draw } from '../random/draw.ts'
import { call, column, literal } from '../random/expressions.ts'
import { randomLog } from '../random/logs.ts'
import { randomWorld, type World } from '../random/world.ts'

/** Jobs whose plans are equal but for their constants and params, and a log for them. */
export interface SharedCase {
  readonly members: readonly Member[]
  readonly log: readonly LogEntry[]
}

export function sharedCaseOf(seed: number): SharedCase {
  const draw = new Draw(seed)
  const world = randomWorld(draw)
  const structure = draw.whole(0, 2 ** 31)
  const count = draw.pick([1, 2, 5, 12, 40])
  const members = Array.from({ length: count }, (_, at): Member => {
    // What shapes a plan follows from the same draw for all members, constants from one of their own.
    const plan = new PlanOfMember(new Draw(structure), draw.fork(), world).plan(`job-${at}`)
    const limit = draw.chance(0.3) ? { params: { limit: draw.whole(0, 4) } } : {}
    return { id: `m${at}`, plan, ...limit }
  })
  return { members: draw.shuffled(members), log: randomLog(draw.fork(), (members[0] as Member).plan, world) }
}

const names = ['a', 'b', 'ä', 'none']

class PlanOfMember {
  private readonly draw: Draw
  private readonly constants: Draw
  private readonly world: World
  private readonly operators: Operator[] = []
  private readonly outputs: Record<string, string> = {}

  constructor(draw: Draw, constants: Draw, world: World) {
    this.draw = draw
    this.constants = constants
    this.world = world
  }

  plan(name: string): Plan {
    const streams = { s: this.stream() }
    this.add({ kind: 'read', id: 'read', stream: 's' }, 0.05)
    for (let branch = this.draw.whole(1, 2); branch > 0; branch--) this.branch()
    const params = { limit: this.constants.whole(0, 4), half: this.constants.whole(-4, 8) + 0.5, word: this.constants.pick(names) }
    const read = new Set(this.operators.flatMap(inputsOf))
    for (const { id } of this.operators) if (!read.has(id)) this.outputs[`out-${id}`] = id
    return { version: 1, name, params, streams, operators: this.operators, outputs: this.outputs }
  }

  private stream(): StreamNode {
    const { draw, world } = this
    const optional = (): { optional?: true } => (draw.chance(0.5) ? { optional: true } : {})
    return {
      schema: {
        columns: [
          { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } },
          { name: 'station', type: { kind: draw.pick(['int32', 'int64']) }, ...optional() },
          { name: 'name', type: { kind: 'string' }, ...optional() },
          { name: 'on', type: { kind: 'bool' }, ...optional() },
          { name: 'value', type: { kind: 'float64' }, ...optional() },
          { name: 'seen', type: { kind: 'timestamp', format: 'epoch-ms' }, ...optional() },
        ],
      },
      format: { kind: 'ndjson' },
      time: draw.chance(0.9) ? 'at' : null,
      withoutTime: 'reject',
      watermark: draw.pick([{ kind: 'bounded', outOfOrdernessMs: 2 * world.stepMs }, { kind: 'monotonic' }, { kind: 'oldest-of-last', records: 3 }] as const),
      idleTimeoutMs: draw.chance(0.6) ? 5 * world.stepMs : null,
      maxAheadMs: 3_600_000,
      unknownFields: 'lenient',
      key: [],
    }
  }

  /** filter, perhaps a second one or a map, aggregate, perhaps an alert and an aggregate over it. */
  private branch(): void {
    const { draw } = this
    let id = draw.chance(0.95) ? this.filter('read') : 'read'
    if (draw.chance(0.2)) id = this.filter(id)
    const mapped = draw.chance(0.4)
    if (mapped) id = this.map(id)
    if (draw.chance(0.2)) this.alert(id, draw.some(['name', 'station'], 0.4), this.recordCondition(), true)
    const window = draw.chance(0.85) ? this.window() : null
    const results = window !== null && draw.chance(0.2) ? 'final' : 'revised'
    const key = draw.some(['name', 'station', 'on'], draw.pick([0, 0.4]))
    const folded = this.aggregate(id, key, window, results, mapped)
    if (draw.chance(0.7)) this.alert(folded, key, this.windowCondition(), false)
    if (window !== null && draw.chance(0.25) && results === 'final') this.over(folded, key)
  }

  private filter(input: string): string {
    const { draw } = this
    const parts = draw.shuffled(this.conditions())
    return this.add({ kind: 'filter', id: this.id('filter'), input, where: parts.reduce((left, right) => call('and', left, right)) }, 0.15)
  }

  /** Some of those that routes know, and of all others. */
  private conditions(): Expression[] {
    const { draw } = this
    const all: (() => Expression)[] = [
      () => call('eq', column('station'), this.whole()),
      () => (draw.chance(0.5) ? call('eq', column('name'), this.text()) : call('eq', this.text(), column('name'))),
      () => call('eq', column('on'), literal(this.constants.chance(0.5))),
      () => call('eq', column('value'), this.number()),
      () => call('eq', column('station'), column('station')),
      () => call('eq', column('seen'), literal({ timestampMs: this.world.startMs + this.constants.whole(-3, 10) * this.world.stepMs })),
      () => call('gt', column('value'), this.number()),
      () => call('lt', column('value'), this.number()),
      () => call('ge', this.number(), column('value')),
      () => call('le', call('add', column('value'), this.whole()), this.number()),
      () => call('or', call('eq', column('name'), this.text()), call('ge', column('station'), this.whole())),
      () => call('isPresent', column('value')),
      () => call('ne', column('name'), this.text()),
      () => call('startsWith', column('name'), this.text()),
      () => literal(true),
      () => call('gt', call('plus', column('at'), literal({ durationMs: this.constants.whole(0, 5) * this.world.stepMs })), column('seen')),
    ]
    const chosen = [...draw.some(all.slice(0, 3), 0.45), ...draw.some(all.slice(6, 9), 0.25), ...draw.some([...all.slice(3, 6), ...all.slice(9)], 0.1)]
    return (chosen.length === 0 ? all.slice(6, 7) : chosen).map((condition) => condition())
  }

  private map(input: string): string {
    const kept = ['at', 'station', 'name', 'on', 'value'].map((name): NamedExpression => ({ name, value: column(name) }))
    const columns: NamedExpression[] = [
      ...kept,
      { name: 'scaled', value: call('mul', column('value'), this.number()) },
      { name: 'label', value: call('format', column('name'), this.text(), this.whole()) },
      { name: 'constant', value: this.text() },
      { name: 'least', value: call('least', column('station'), literal(2)) },
    ]
    return this.add({ kind: 'map', id: this.id('map'), input, columns }, 0.2)
  }

  private aggregate(input: string, key: readonly string[], window: Window | null, results: 'final' | 'revised', mapped: boolean): string {
    const { draw, world } = this
    const value: Expression = column(mapped && draw.chance(0.5) ? 'scaled' : 'value')
    const columns: NamedExpression[] = [
      { name: 'rows', value: { kind: 'aggregate', name: 'count' } },
      { name: 'total', value: { kind: 'aggregate', name: 'sum', arg: value } },
      { name: 'mean', value: { kind: 'aggregate', name: 'avg', arg: call('add', value, this.whole()) } },
      { name: 'above', value: { kind: 'aggregate', name: 'count', where: call('gt', column('value'), this.number()) } },
      { name: 'last', value: { kind: 'aggregate', name: 'last', arg: column('name') } },
      { name: 'highest', value: { kind: 'aggregate', name: 'max', arg: column(mapped ? 'label' : 'name') } },
      { name: 'many', value: call('gt', { kind: 'aggregate', name: 'count' }, this.whole()) },
    ]
    const chosen = [columns[0] as NamedExpression, columns[1] as NamedExpression, ...draw.some(columns.slice(2))]
    const allowedLatenessMs = window !== null && draw.chance(0.6) ? draw.whole(1, 12) * world.stepMs : 0
    const emit = window === null && draw.chance(0.4) ? 'change' : 'record'
    return this.add({ kind: 'aggregate', id: this.id('aggregate'), input, key, window, allowedLatenessMs, results, emit, columns: chosen }, 0.7)
  }

  /** Windows over final windows. */
  private over(input: string, key: readonly string[]): void {
    const sizeMs = 40 * this.world.stepMs
    const columns: NamedExpression[] = [{ name: 'all', value: { kind: 'aggregate', name: 'sum', arg: column('rows') } }]
    const window: Window = { kind: 'tumbling', sizeMs, offsetMs: 0 }
    this.add({ kind: 'aggregate', id: this.id('aggregate'), input, key, window, allowedLatenessMs: 0, results: 'revised', emit: 'record', columns }, 1)
  }

  private alert(input: string, key: readonly string[], when: Expression, overRecords: boolean): void {
    const { draw, world } = this
    const message = draw.chance(0.5) ? this.text() : call('format', this.text(), column(overRecords ? 'value' : 'rows'))
    const cooldownMs = draw.chance(0.4) ? draw.whole(1, 20) * world.stepMs : 0
    const clearAfterMs = overRecords && draw.chance(0.5) ? draw.whole(0, 15) * world.stepMs : null
    this.add({ kind: 'alert', id: this.id('alert'), input, key, when, severity: 'info', message, cooldownMs, clearAfterMs }, 0.9)
  }

  private recordCondition(): Expression {
    return call('gt', column('value'), this.number())
  }

  private windowCondition(): Expression {
    const { draw } = this
    const rows = column('rows')
    if (draw.chance(0.4)) return call('eq', call('mod', rows, literal(2)), literal(this.constants.whole(0, 1)))
    return draw.chance(0.5) ? call('ge', rows, this.whole()) : call('gt', column('total'), this.number())
  }

  private window(): Window {
    const { draw, world } = this
    const slideMs = draw.whole(2, 8) * world.stepMs
    if (draw.chance(0.6)) return { kind: 'tumbling', sizeMs: slideMs, offsetMs: 0 }
    return { kind: 'hopping', sizeMs: slideMs * draw.whole(1, 4), slideMs, offsetMs: 0 }
  }

  private whole(): Expression {
    if (this.draw.chance(0.2)) return { kind: 'param', name: 'limit' }
    return literal(this.constants.whole(-1, 4))
  }

  private number(): Expression {
    if (this.draw.chance(0.2)) return { kind: 'param', name: 'half' }
    // Never whole: a whole number is of another type.
    return literal(this.constants.whole(-6, 12) / 2 + 0.25)
  }

  private text(): Expression {
    if (this.draw.chance(0.2)) return { kind: 'param', name: 'word' }
    return literal(this.constants.pick(names))
  }

  private id(kind: string): string {
    return `${kind}-${this.operators.length}`
  }

  private add(operator: Operator, shown: number): string {
    this.operators.push(operator)
    if (this.draw.chance(shown)) this.outputs[`out-${operator.id}`] = operator.id
    return operator.id
  }
}
