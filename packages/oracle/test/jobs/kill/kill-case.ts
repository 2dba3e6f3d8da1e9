import type { Append, NewChunk } from '@millrace/log'
import type { Case } from '../../equality/case.ts'
import { Draw } from '../../random/draw.ts'
import { randomLog } from '../../random/logs.ts'
import { randomPlan } from '../../random/plans.ts'
import { appendsOf } from '../append-case.ts'

export const tenant = 'acme'
export const job = 'job'
/** Rows that nobody reads, dropped as soon as they may be. */
export const noiseStream = 'noise'

/** What a process that will be killed works on: it follows from the seed. */
export interface KillCase extends Case {
  readonly appends: readonly Append[]
}

export function killCaseOf(seed: number, records: number): KillCase {
  const draw = new Draw(seed)
  const { plan, world } = randomPlan(draw.fork())
  const log = randomLog(draw.fork(), plan, world, records)
  return { plan, log, params: {}, appends: appendsOf(tenant, plan, log, draw.fork(), 40).map(withCompany) }
}

/** A dead letter that names the append, and noise; three producers send by turns. */
function withCompany(append: Append, index: number): Append {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const letter: NewChunk = { stream: 'left/dead', kind: 'bytes', rows: 1, schema: 0, payload: bytes(`letter of ${index}`) }
  const noise: NewChunk = { stream: noiseStream, kind: 'bytes', rows: 1, schema: 0, payload: bytes('noise '.repeat(100)) }
  const chunks = index % 3 === 0 ? [...append.chunks, letter] : index % 3 === 1 ? [...append.chunks, noise] : append.chunks
  return { tenant, chunks, producer: { id: `source ${index % 3}`, sequence: index + 1 } }
}
