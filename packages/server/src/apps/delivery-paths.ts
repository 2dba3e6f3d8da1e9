import type { DeliveryPath, WayIn } from '@millrace/api/schemas'
import { guaranteeOfPath, inputsOf, type Plan } from '@millrace/plan'
import type { WayOut } from '../live/ways-out.ts'

/** By what records of a stream come in, and results of an output leave. */
export interface Ways {
  ofStream(stream: string): readonly WayIn[]
  ofOutput(output: string): readonly WayOut[]
}

/** A way from outside through an app to the outside. */
export interface Path {
  readonly stream: string
  readonly wayIn: WayIn
  readonly output: string
  readonly wayOut: WayOut
}

/** Up to `limit` paths of an app behind the first `skip` ones, those of an output one after the other. A plan may have millions. */
export function pathsOf(plan: Plan, ways: Ways, skip: number, limit: number): readonly Path[] {
  const beginsOf = beginnings(plan, ways)
  const paths: Path[] = []
  let left = skip
  for (const [output, operator] of Object.entries(plan.outputs)) {
    const begins = beginsOf.get(operator) ?? []
    const ends = ways.ofOutput(output)
    const count = begins.length * ends.length
    for (let at = left; at < count && paths.length < limit; at++)
      paths.push({ ...(begins[Math.floor(at / ends.length)] as Beginning), output, wayOut: ends[at % ends.length] as WayOut })
    if (paths.length === limit) break
    left = Math.max(0, left - count)
  }
  return paths
}

/** As the API tells of it. */
export function shownPath({ stream, wayIn, output, wayOut }: Path): DeliveryPath {
  const ends = { stream, wayIn: wayIn.name, whereIn: wayIn.where, output, wayOut: wayOut.name, whereOut: wayOut.where }
  return { ...ends, ...guaranteeOfPath(wayIn, wayOut) }
}

type Beginning = Pick<Path, 'stream' | 'wayIn'>

/** The ways in of all streams whose records reach an operator, by the operator's id. */
function beginnings({ operators, streams: all }: Plan, ways: Ways): ReadonlyMap<string, readonly Beginning[]> {
  const streams = new Map<string, ReadonlySet<string>>()
  for (const operator of operators) {
    const own = operator.kind === 'read' ? [operator.stream] : inputsOf(operator).flatMap((input) => [...(streams.get(input) ?? [])])
    streams.set(operator.id, new Set(own))
  }
  const waysIn = new Map(Object.keys(all).map((stream) => [stream, ways.ofStream(stream)]))
  const of = (stream: string) => (waysIn.get(stream) ?? []).map((wayIn) => ({ stream, wayIn }))
  return new Map([...streams].map(([id, reached]) => [id, [...reached].flatMap(of)]))
}
