import type { DeadLetterReplay } from '@millrace/api'
import { printFacts, printTable } from '../show/text-table.ts'
import type { Remote } from './remote.ts'

/** Replays all dead letters from a place on, a part at a time. */
export async function replay({ client, terminal, show }: Remote, stream: string, flags: { readonly from?: number; readonly dryRun?: boolean }): Promise<void> {
  let total: Omit<DeadLetterReplay, 'next'> = { replayed: 0, replayedBefore: 0, unfit: 0, reasons: [] }
  for (let from: number | null = flags.from ?? 0; from !== null; ) {
    const part: DeadLetterReplay = await client.replayDeadLetters(stream, { from, dryRun: flags.dryRun })
    total = {
      replayed: total.replayed + part.replayed,
      replayedBefore: total.replayedBefore + part.replayedBefore,
      unfit: total.unfit + part.unfit,
      reasons: total.reasons.length === 0 ? part.reasons : total.reasons,
    }
    from = part.next
  }
  show(total, () => {
    printFacts(terminal, [
      [flags.dryRun === true ? 'would fit now' : 'replayed', total.replayed],
      ['replayed before', total.replayedBefore],
      ['still do not fit', total.unfit],
    ])
    if (total.reasons.length > 0) printTable(terminal, columns, total.reasons.slice(0, 10), '')
  })
}

type Reason = DeadLetterReplay['reasons'][number]

const columns = [
  ['sequence', ({ sequence }: Reason) => sequence],
  ['column', ({ column }: Reason) => column],
  ['code', ({ code }: Reason) => code],
  ['reason', ({ reason }: Reason) => reason],
] as const
