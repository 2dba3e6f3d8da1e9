import { join } from 'node:path'
import { joinBatches } from '@millrace/columns'
import { openLog } from '@millrace/log'
import { History } from '../../src/history.ts'
import { field, payloadOf } from '../world.ts'

/**
 * Appends numbered rows of several days without end and writes and joins its history all the while; says when it has begun, and when it wrote first.
 * Argument: the folder.
 */
const directory = process.argv[2] as string
const log = await openLog({ directory: join(directory, 'log'), join: joinBatches, durability: 'os', journalBytes: 64 * 1024 })
const history = await History.open({ log, directory: join(directory, 'history'), writeEveryMs: 3_600_000, maxRows: 50 })
await history.follow({ tenant: 'acme', stream: 'rows', timeColumn: 'at' })
process.stdout.write('begun\n')

const fields = [field('at', 'timestamp'), field('n', 'int64')]
for (let n = 0; ; n++) {
  const rows = Array.from({ length: 7 }, (_, at) => ({ at: ((n + at) % 3) * 86_400_000, n }))
  await log.append({ tenant: 'acme', chunks: [{ stream: 'rows', kind: 'batch', rows: rows.length, schema: 1, payload: payloadOf(fields, rows) }] })
  if (n % 4 === 0) await history.write('acme')
  if (n % 16 === 0) await history.maintain()
  if (n === 0) process.stdout.write('written\n')
}
