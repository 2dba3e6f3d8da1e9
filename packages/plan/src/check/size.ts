import { limits } from '../limits.ts'
import { join, type Report } from './report.ts'

/**
 * Limits L1 of bytes, depth and nodes, before anything walks the plan by recursion; also that it is
 * JSON at all. A node is an object; depth counts objects within objects. Answers whether to go on.
 */
export function checkSize(value: unknown, report: Report): boolean {
  const walk = new Walk(report)
  walk.value(value, '', 1)
  if (walk.stopped) return false
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '')
  if (bytes > limits.planBytes) report('PLAN_TOO_LARGE', '', { bytes, limit: limits.planBytes })
  return bytes <= limits.planBytes
}

class Walk {
  stopped = false
  private readonly report: Report
  private nodes = 0
  private values = 0

  constructor(report: Report) {
    this.report = report
  }

  value(value: unknown, path: string, depth: number): void {
    if (this.stopped) return
    if (++this.values > limits.planBytes) this.stop('PLAN_TOO_LARGE', path, { bytes: `more than ${limits.planBytes}`, limit: limits.planBytes })
    else if (typeof value === 'object' && value !== null) this.container(value, path, depth)
    else if (!isJson(value)) this.stop('PLAN_VALUE_NOT_JSON', path, { found: typeof value === 'number' ? String(value) : `a ${typeof value}` })
  }

  private container(value: object, path: string, depth: number): void {
    if (depth > limits.planDepth) this.stop('PLAN_TOO_DEEP', path, { limit: limits.planDepth })
    else if (Array.isArray(value)) this.list(value, path, depth)
    else if (++this.nodes > limits.planNodes) this.stop('PLAN_TOO_MANY_NODES', path, { limit: limits.planNodes })
    else if (!isPlain(value)) this.stop('PLAN_VALUE_NOT_JSON', path, { found: 'an object of a class' })
    else for (const [key, inner] of Object.entries(value)) if (inner !== undefined) this.value(inner, join(path, key), depth + 1)
  }

  /** A list is as deep as the object that holds it; a list in a list is one deeper. */
  private list(value: readonly unknown[], path: string, depth: number): void {
    for (let at = 0; at < value.length && !this.stopped; at++) {
      const inner = value[at]
      this.value(inner, join(path, at), Array.isArray(inner) ? depth + 1 : depth)
    }
  }

  private stop(code: Parameters<Report>[0], path: string, context: Parameters<Report>[2]): void {
    this.stopped = true
    this.report(code, path, context)
  }
}

/** Objects of another realm (a worker's, a test runner's) have an Object.prototype of their own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function isJson(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
}
