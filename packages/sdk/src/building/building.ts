import type { Constant, ErrorCode, ErrorContext, Expression, Plan, StreamNode } from '@millrace/plan'
import type { Place } from '../reading/place.ts'
import type { SourceIssue } from '../reading/reading.ts'

/** One app while it is built: what it names, and all that is refused in it. */
export class Building {
  readonly streams: Record<string, StreamNode> = {}
  readonly params: Plan['params']
  readonly issues: SourceIssue[] = []
  /** Where each expression of a function stands in its source. */
  readonly places = new WeakMap<Expression, Place>()

  constructor(params: Readonly<Record<string, unknown>>) {
    this.params = this.constants(params, '')
  }

  /** Something refused that is no part of a function. */
  refuse(site: string, code: ErrorCode, context: ErrorContext = {}): void {
    this.issues.push({ code, context, place: { text: '', start: 0, end: 0, site } })
  }

  /** Values named for expressions, as a plan holds them. */
  constants(values: Readonly<Record<string, unknown>>, site: string): Plan['params'] {
    const constants: [string, Constant][] = []
    for (const [name, value] of Object.entries(values)) {
      const found = constant(value)
      if (found === undefined) this.refuse(site, 'SDK_PARAM_VALUE', { name, value: value === null ? 'null' : typeof value })
      else constants.push([name, found])
    }
    return Object.fromEntries(constants)
  }

  stream(name: string, node: StreamNode, site: string): void {
    const known = Object.hasOwn(this.streams, name) ? this.streams[name] : undefined
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(node)) this.refuse(site, 'SDK_STREAM_TWICE', { name })
    else Object.defineProperty(this.streams, name, { value: node, enumerable: true, configurable: true })
  }
}

function constant(value: unknown): Constant | undefined {
  switch (typeof value) {
    case 'number':
      return value === 0 ? 0 : value
    case 'string':
    case 'boolean':
      return value
    case 'object':
      if (value instanceof Date) return { timestampMs: value.getTime() }
      if (value !== null && 'milliseconds' in value && typeof value.milliseconds === 'number') return { durationMs: value.milliseconds }
      return undefined
    default:
      return undefined
  }
}
