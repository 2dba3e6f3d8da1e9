import type { Deployment } from '@millrace/api/schemas'
import { type Constant, type Issue, issue, nearest, type Plan, validate } from '@millrace/plan'
import { unreadableReason } from '../streams/compatibility.ts'
import type { StreamRegistry } from '../streams/stream-registry.ts'

/** All that stands against running a plan for a tenant; paths are those of the request. */
export function deploymentIssues(tenant: string, { plan, params = {} }: Deployment, streams: StreamRegistry): readonly Issue[] {
  const wrong = validate(plan)
  if (wrong.length > 0) return wrong.map((found) => ({ ...found, path: found.path === '' ? 'plan' : `plan.${found.path}` }))
  return [...streamIssues(tenant, plan, streams), ...paramIssues(plan, params), ...outputIssues(plan)]
}

function streamIssues(tenant: string, plan: Plan, streams: StreamRegistry): readonly Issue[] {
  return Object.entries(plan.streams).flatMap(([stream, node]) => {
    const path = `plan.streams.${stream}`
    const registered = streams.find(tenant, stream)
    if (registered === null) return [issue('APP_STREAM_UNKNOWN', path, { stream })]
    const reason = unreadableReason(registered.node, node)
    return reason === null ? [] : [issue('APP_STREAM_UNFIT', path, { stream, reason })]
  })
}

function paramIssues({ params: own }: Plan, params: Readonly<Record<string, Constant>>): readonly Issue[] {
  return Object.entries(params).flatMap(([name, value]) => {
    const path = `params.${name}`
    const near = nearest(name, Object.keys(own))
    if (!Object.hasOwn(own, name)) return [issue('APP_PARAM_UNKNOWN', path, { name, hint: near === undefined ? '' : `Did you mean "${near}"?` })]
    const expected = kindOf(own[name] as Constant)
    return kindOf(value) === expected ? [] : [issue('APP_PARAM_TYPE', path, { name, expected })]
  })
}

/** In the log an output is called like its app and itself, and so is what a stream of the app's name has of its own. */
function outputIssues({ outputs }: Plan): readonly Issue[] {
  return Object.keys(outputs).flatMap((output) => (ownOfStreams.has(output) ? [issue('APP_OUTPUT_NAME', `plan.outputs.${output}`, { output })] : []))
}

const ownOfStreams: ReadonlySet<string> = new Set(['dead', 'replayed'])

function kindOf(value: Constant): string {
  if (typeof value !== 'object') return `a ${typeof value}`
  return 'durationMs' in value ? 'a duration, { "durationMs": 600000 }' : 'a time, { "timestampMs": 1700000000000 }'
}
