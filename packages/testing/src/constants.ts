import type { Constant } from '@millrace/plan'
import type { Params } from '@millrace/sdk'

/** Values of params as a plan writes them. */
export function constantsOf(params: Params): Readonly<Record<string, Constant>> {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, constantOf(value)]))
}

function constantOf(value: Params[string]): Constant {
  if (typeof value !== 'object') return value
  if (value instanceof Date) return { timestampMs: value.getTime() }
  return 'milliseconds' in value ? { durationMs: value.milliseconds } : { timestampMs: value.epochMs }
}
