import { decodeBatch } from '@millrace/columns'
import type { ResultSource } from '@millrace/formats'
import { outputStream, readResults } from '@millrace/jobs'
import { type Field, type Plan, relations } from '@millrace/plan'
import { type Outlet, someOf } from './outlet.ts'
import { int64, placedBatch } from './placed-batch.ts'

export const epochField: Field = { name: '$epoch', type: 'int32', nullable: false }
const causeField: Field = { name: '$cause', type: 'int64', nullable: false }

/** Results of an output, with their ids, since newer means higher (epoch, revision) the epoch, and the sequence of what caused them. */
export function outputOutlet(tenant: string, plan: Plan, output: string): Outlet {
  const source: ResultSource = { tenant, app: plan.name, output, key: keyOf(plan, output) }
  return {
    tenant,
    stream: outputStream(plan.name, output),
    read: ({ chunk, from, to }) => {
      if (chunk.kind !== 'batch') return null
      const { rows, epoch } = readResults(decodeBatch(chunk.payload))
      const { batch, positions } = placedBatch(chunk, rows.batch, [
        [epochField, { kind: 'int32', values: epoch, validity: null }],
        [causeField, int64(rows.sequence)],
      ])
      return someOf({ rows: { ...rows, batch }, positions, result: knownKey(source, batch.fields) }, from, to)
    },
  }
}

/** The columns that tell an output's results apart. An alert's episodes are told apart by its key, also over records, which have none. */
function keyOf(plan: Plan, output: string): readonly string[] {
  const operator = plan.operators.find(({ id }) => id === plan.outputs[output])
  if (operator?.kind === 'alert') return operator.key
  return relations(plan).get(plan.outputs[output] as string)?.key ?? []
}

/** Results from before the app was changed may lack columns of its key. */
function knownKey(source: ResultSource, fields: readonly Field[]): ResultSource {
  const names = new Set(fields.map(({ name }) => name))
  return source.key.every((name) => names.has(name)) ? source : { ...source, key: source.key.filter((name) => names.has(name)) }
}
