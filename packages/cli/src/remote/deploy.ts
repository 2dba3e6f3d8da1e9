import { type AppDetails, RequestFailed, type StateFate, type Stream } from '@millrace/api'
import type { Plan, StreamNode } from '@millrace/plan'
import type { DeployFlags } from '../commands/deploy.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { loadValidPlan } from '../load-valid-plan.ts'
import { plainText } from '../plain-text.ts'
import { differences } from '../plan-differences.ts'
import { paramValues } from '../run/params.ts'
import { coloured, type Terminal } from '../terminal.ts'
import { confirmed } from './confirmed.ts'
import type { Remote } from './remote.ts'

/** What a deploy did, as JSON shows it. */
export interface Deployed {
  readonly app: string
  readonly version: number
  /** Of the version before; null: there was none. */
  readonly before: number | null
  readonly state: AppDetails['state']
  readonly declared: readonly string[]
  readonly changes: readonly { readonly path: string; readonly before: string; readonly after: string }[]
  readonly fates: readonly StateFate[]
}

/** Brings the server to run the app as it is in the file. */
export async function deploy(remote: Remote, file: string, flags: DeployFlags): Promise<ExitCode> {
  const { client, terminal, show } = remote
  const plan = await loadValidPlan(file)
  const given = paramValues(plan, flags.param ?? [])
  const declared = await declareMissing(remote, plan)
  const before = await orNull(client.getApp(plan.name), 'APP_UNKNOWN')
  // What was set before stays set.
  const params = { ...Object.fromEntries(Object.entries(before?.params ?? {}).filter(([name]) => Object.hasOwn(plan.params, name))), ...given }
  const { state: fates } = await client.compareApp(plan.name, { plan, params })
  const changes = before === null ? [] : differences(before.plan, plan)
  if (!remote.json) tell(terminal, before, changes, fates)
  const dropped = fates.filter(({ fate }) => fate === 'dropped')
  if (dropped.length > 0 && !(await confirmed(terminal, `State of ${dropped.map(({ name }) => name).join(', ')} will be dropped.`, flags.yes)))
    return exitCodes.refused
  const deployed = await client.deployApp(plan.name, { plan, params })
  const { version, state } = flags.start !== false && deployed.state === 'deployed' ? await client.startApp(plan.name, startOf(flags)) : deployed
  const result: Deployed = { app: plan.name, version, before: before?.version ?? null, state, declared, changes, fates }
  show(result, () => terminal.err(`${coloured(terminal.errColours, 'green', 'deployed')} ${plan.name}, version ${version}: ${state}\n`))
  return exitCodes.ok
}

function startOf({ from }: DeployFlags) {
  return from === undefined ? {} : { from }
}

/** Declares streams that the server does not have; those it has may be newer than the app. */
async function declareMissing({ client, terminal, json }: Remote, { streams }: Plan): Promise<readonly string[]> {
  const declared: string[] = []
  for (const [name, declaration] of Object.entries(streams) as readonly (readonly [string, StreamNode])[]) {
    const found: Stream | null = await orNull(client.getStream(name), 'STREAM_UNKNOWN')
    if (found !== null) continue
    await client.declareStream(name, { declaration })
    declared.push(name)
    if (!json) terminal.err(`declared the stream ${name}\n`)
  }
  return declared
}

async function orNull<T>(asked: Promise<T>, code: string): Promise<T | null> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof RequestFailed && error.code === code) return null
    throw error
  }
}

function tell(terminal: Terminal, before: AppDetails | null, changes: Deployed['changes'], fates: readonly StateFate[]): void {
  if (before === null) return
  if (changes.length === 0) terminal.err(`the plan is that of version ${before.version}\n`)
  for (const { path, before: was, after } of changes) terminal.err(`${plainText(`  ${path}: ${was} -> ${after}`)}\n`)
  for (const { kind, name, fate, reason } of fates) {
    const text = plainText(`  state of ${kind} ${name}: ${fate}${reason === '' ? '' : ` (${reason})`}`)
    terminal.err(`${fate === 'dropped' ? coloured(terminal.errColours, 'yellow', text) : text}\n`)
  }
}
