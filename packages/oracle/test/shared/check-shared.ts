import { type JobOptions, type Member, type MemberStats, openSharedJob, type SharedJob, type SharedJobOptions } from '@millrace/engine'
import type { Operator, Plan } from '@millrace/plan'
import { type OracleResult, runOracle } from '../../src/run.ts'
import { type EngineResult, type Feeding, runEngine } from '../engine/run-engine.ts'
import { difference } from '../equality/difference.ts'
import type { Shares } from '../equality/shares.ts'
import type { SharedCase } from './random-members.ts'

const feedings: readonly Feeding[] = [
  { batchRows: 4096, builders: 'kept' },
  { batchRows: 7, builders: 'fresh', padding: 2 },
  { batchRows: 1, builders: 'fresh', gaps: true },
  { batchRows: 4096, builders: 'kept', budgetRows: 1 },
  { batchRows: 5, builders: 'kept', restarts: true },
]

/** What is wrong with a shared run: a member's results are not those of its own job by the oracle. null: nothing. */
export function sharedFault({ members, log }: SharedCase, seed: number, shares: Shares): string | null {
  const oracles = new Map(members.map(({ id, plan, params }) => [id, runOracle(plan, log, { params })]))
  for (const oracle of oracles.values()) shares.add(oracle)
  const feeding = feedings[seed % feedings.length] as Feeding
  const run = new SharedRun(members, [1, 7, undefined][seed % 3])
  // Every third run loses members at its restarts.
  const staying = feeding.restarts && seed % 3 === 0 ? members.filter((_, at) => at % 3 !== 0).toReversed() : members
  run.laterMembers = staying.length > 0 ? staying : members
  const result = runEngine(run.open, planOfAll(members), log, feeding)
  if (result.untimely.length > 0) return `ticks that were said not to matter did: ${result.untimely.join(', ')}`
  const stats = run.job?.memberStats()
  for (const { id } of run.laterMembers) {
    const fault = memberFault(id, oracles.get(id) as OracleResult, result, stats?.get(id))
    if (fault !== null) return fault
  }
  return null
}

/** Until then members have state worth keeping, and worth losing. */
const restartsOfAll = 4

class SharedRun {
  laterMembers: readonly Member[]
  job: SharedJob | null = null
  private opened = 0
  private readonly members: readonly Member[]

  private readonly pairsAtOnce: number | undefined

  constructor(members: readonly Member[], pairsAtOnce: number | undefined) {
    this.members = members
    this.pairsAtOnce = pairsAtOnce
    this.laterMembers = members
  }

  readonly open = (_: Plan, { sink, budgetRows, snapshot }: JobOptions): SharedJob => {
    const options: SharedJobOptions = { sink, budgetRows, pairsAtOnce: this.pairsAtOnce, snapshot: snapshot as Uint8Array | undefined }
    this.job = openSharedJob(this.opened++ < restartsOfAll ? this.members : this.laterMembers, options)
    return this.job
  }
}

function memberFault(id: string, oracle: OracleResult, { outputs, late }: EngineResult, stats: MemberStats | undefined): string | null {
  for (const [name, rows] of Object.entries(oracle.outputs)) {
    const fault = difference(`output ${id}/${name}`, outputs[`${id}/${name}`] ?? [], rows)
    if (fault !== null) return fault
    if (stats?.outputs[name]?.rows !== rows.length) return `stats of ${id}/${name}: ${stats?.outputs[name]?.rows} rows instead of ${rows.length}`
  }
  for (const [name, rows] of Object.entries(oracle.late)) {
    const fault = difference(`late rows of ${id}/${name}`, late[`${id}/${name}`] ?? [], rows)
    if (fault !== null) return fault
  }
  for (const [name, counts] of [...Object.entries(oracle.stats.windows), ...Object.entries(oracle.stats.alerts)]) {
    const found: Readonly<Record<string, number>> = { ...stats?.windows[name], ...stats?.alerts[name] }
    for (const [what, count] of Object.entries(counts)) {
      if (what in found && found[what] !== count) return `stats of ${id}/${name}: ${what} is ${found[what]}, of the oracle ${count}`
    }
  }
  return null
}

/** A plan with every output and operator that some member tells of: by it the run knows what to collect. */
function planOfAll(members: readonly Member[]): Plan {
  const [{ plan }] = members as readonly [Member]
  const own = (id: string): Operator[] =>
    plan.operators.flatMap((operator) => (operator.kind === 'aggregate' ? [{ ...operator, id: `${id}/${operator.id}` }] : []))
  const outputs = members.flatMap(({ id }) => Object.entries(plan.outputs).map(([name, operator]) => [`${id}/${name}`, operator]))
  return { ...plan, operators: [...plan.operators, ...members.flatMap(({ id }) => own(id))], outputs: Object.fromEntries(outputs) }
}
