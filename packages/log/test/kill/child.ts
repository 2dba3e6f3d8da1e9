import { writeSync } from 'node:fs'
import { openLog } from '@millrace/log'
import { joinPayloads } from '../power-loss/payload.ts'
import { appendOf, producers, smallJournals } from './append-of.ts'

/**
 * Appends without end, from many producers at once, and tells of each acknowledgement in a line: producer, sequence, the
 * receipt. Arguments: the folder, the durability, and the sequence that each producer sends first.
 */
const [directory, durability, starts] = process.argv.slice(2)
const first: readonly number[] = JSON.parse(starts ?? '[]')
const log = await openLog({ directory: directory!, durability: durability === 'os' ? 'os' : 'fsync', join: joinPayloads, ...smallJournals })

for (let producer = 0; producer < producers; producer++) void produce(producer, first[producer] ?? 1)

async function produce(producer: number, sequence: number): Promise<void> {
  for (; ; sequence++) {
    const { sequences, ingestionMs, duplicate } = await log.append(appendOf(producer, sequence))
    tell(`${JSON.stringify({ producer, sequence, first: sequences[0], ingestionMs, duplicate })}\n`)
  }
}

function tell(line: string): void {
  for (let left = Buffer.from(line); left.length > 0; ) {
    try {
      left = left.subarray(writeSync(1, left))
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    }
  }
}
