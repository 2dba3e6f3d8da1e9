import type { Constant } from '@millrace/plan'
import { isDuration, type Params } from '@millrace/sdk'

/** Values of params as a plan writes them. */
export function constantsOf(params: Params): Readonly<Record<string, Constant>> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, constantOf(value)]))
}

function constantOf(value: Params[string]): Constant {
  if (value instanceof Date) return { timestampMs: value.getTime() }
  if (isDuration(value)) return { durationMs: value.milliseconds }
  if (typeof value === 'object') return { timestampMs: value.epochMs }
  return value
}
