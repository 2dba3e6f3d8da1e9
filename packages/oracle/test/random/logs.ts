import { type Field, type FieldType, type Plan, relations } from '@millrace/plan'
import type { LogEntry } from '../../src/log.ts'
import type { Value, Values } from '../../src/value.ts'
import type { Draw } from './draw.ts'
import { hugeNumber, randomNumber, randomText, roughNumber } from './values.ts'
import type { World } from './world.ts'

/** How a log goes wrong, drawn once a log. */
interface Manners {
  /** Steps by which event times scatter. */
  readonly disorder: number
  /** Of the event times, how many lie on a boundary of windows. */
  readonly aligned: number
  readonly missing: number
  readonly jumps: number
  readonly ticks: number
  readonly pauses: number
  readonly ends: boolean
}

/** Records of the plan's streams, disordered, dirty, with pauses, jumps and silence; and the log's ticks. */
export function randomLog(draw: Draw, plan: Plan, world: World, records = draw.whole(10, 120)): LogEntry[] {
  const maker = new LogMaker(draw, plan, world)
  for (let made = 0; made < records; ) made += maker.spell(Math.min(draw.whole(1, 25), records - made))
  return maker.finish()
}

class LogMaker {
  private readonly draw: Draw
  private readonly world: World
  private readonly manners: Manners
  private readonly streams: readonly {
    readonly name: string
    readonly fields: readonly Field[]
    readonly time: string | null
    readonly idleTimeoutMs: number | null
  }[]
  private readonly entries: LogEntry[] = []
  private sequence: number
  private logMs: number
  private eventMs: number

  constructor(draw: Draw, plan: Plan, world: World) {
    this.draw = draw
    this.world = world
    this.sequence = draw.chance(0.2) ? 2 ** 40 : 0
    this.logMs = world.startMs + draw.whole(0, 10) * world.stepMs
    this.eventMs = world.startMs
    this.manners = {
      disorder: draw.pick([0, 5, 15, 40]),
      aligned: draw.pick([0.1, 0.5]),
      missing: draw.pick([0, 0.05, 0.3]),
      jumps: draw.pick([0, 0.02, 0.1]),
      ticks: draw.pick([0, 0.05, 0.3]),
      pauses: draw.pick([0, 0, 0.05]),
      ends: draw.chance(0.7),
    }
    this.streams = plan.operators.flatMap((operator) => {
      if (operator.kind !== 'read') return []
      const { time, idleTimeoutMs } = plan.streams[operator.stream] as Plan['streams'][string]
      return [{ name: operator.stream, fields: relations(plan).get(operator.id)?.fields ?? [], time, idleTimeoutMs }]
    })
  }

  /** Some records of mostly one stream. */
  spell(records: number): number {
    const stream = this.draw.pick(this.streams)
    for (let made = 0; made < records; made++) {
      this.between()
      this.record(this.draw.chance(0.9) ? stream : this.draw.pick(this.streams))
    }
    if (this.draw.chance(0.3)) this.silence(stream)
    return records
  }

  finish(): LogEntry[] {
    if (this.manners.ends) this.entries.push({ kind: 'end', sequence: this.next() })
    return this.entries
  }

  private between(): void {
    const { draw, manners } = this
    if (draw.chance(manners.ticks)) this.tick(draw.whole(0, 6) * this.world.stepMs)
    if (draw.chance(manners.pauses)) this.pause()
    if (draw.chance(0.05)) this.sequence += draw.whole(1, 5)
  }

  private record(stream: LogMaker['streams'][number]): void {
    const { draw, world, manners } = this
    const steps = draw.chance(manners.jumps) ? draw.whole(20, 200) : draw.share()
    this.eventMs += Math.round(steps * world.stepMs)
    this.logMs += draw.chance(0.5) ? 0 : Math.round(draw.share() * world.stepMs)
    const scatter = Math.round(-(draw.share() ** 3) * manners.disorder * world.stepMs)
    const time = draw.chance(manners.aligned) ? this.aligned() : this.eventMs + scatter
    const row: Record<string, Value> = Object.fromEntries(stream.fields.map((field) => [field.name, this.value(field)]))
    if (stream.time !== null) row[stream.time] = time
    this.entries.push({ kind: 'record', sequence: this.next(), stream: stream.name, ingestionMs: this.logMs, row })
  }

  /** On the boundary of windows, or the last instant before it. */
  private aligned(): number {
    const { stepMs } = this.world
    const steps = Math.floor(this.eventMs / stepMs) - Math.floor(this.draw.share() ** 3 * this.manners.disorder)
    return steps * stepMs - this.draw.whole(0, 1)
  }

  /** A stream stays away until it is idle, exactly or by some more. */
  private silence({ idleTimeoutMs }: LogMaker['streams'][number]): void {
    const { draw, world } = this
    this.tick((idleTimeoutMs ?? world.stepMs) + draw.pick([-1, 0, 0, world.stepMs, 30 * world.stepMs]))
  }

  private tick(afterMs: number): void {
    this.logMs += Math.max(0, afterMs)
    this.entries.push({ kind: 'tick', sequence: this.next(), logMs: this.logMs })
  }

  private pause(): void {
    const { draw, world } = this
    const stream = draw.pick(this.streams).name
    this.entries.push({ kind: 'paused', sequence: this.next(), stream, logMs: this.logMs })
    if (draw.chance(0.5)) this.tick(draw.whole(0, 30) * world.stepMs)
    this.logMs += draw.whole(0, 30) * world.stepMs
    this.entries.push({ kind: 'resumed', sequence: this.next(), stream, logMs: this.logMs })
  }

  private next(): number {
    return this.sequence++
  }

  private value({ name, type, nullable }: Field): Value {
    if (nullable && this.draw.chance(this.manners.missing)) return null
    if (name === 'rough') return roughNumber(this.draw)
    if (name === 'huge') return hugeNumber(this.draw)
    return this.typedValue(type)
  }

  private typedValue(type: FieldType): Value {
    const { draw, world } = this
    if (typeof type === 'object') return Array.from({ length: draw.whole(0, 3) }, () => this.element(type.list))
    switch (type) {
      case 'bool':
        return draw.chance(0.5)
      case 'string':
        return draw.chance(0.7) ? draw.pick(['a', 'b', 'ä']) : randomText(draw)
      case 'timestamp':
        return this.eventMs + draw.whole(-20, 20) * world.stepMs
      case 'duration':
        return draw.whole(0, 20) * world.stepMs
      default:
        return randomNumber(draw, type)
    }
  }

  private element(fields: readonly Field[]): Value {
    const values = fields.map((field) => [field.name, this.value(field)] as const)
    const row: Values = Object.fromEntries(values)
    return fields[0]?.name === '' ? (row[''] ?? null) : row
  }
}
