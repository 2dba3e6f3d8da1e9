import type { IntakeReceipt } from '@millrace/api'
import { type Command, Option } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes, noneFits } from '../exit-codes.ts'
import { asked, asking } from '../remote/remote.ts'
import { printFacts, printTable } from '../show/text-table.ts'

interface SendFlags {
  readonly format?: 'ndjson' | 'json' | 'csv'
}

export function describeSend(root: Command, context: CommandContext): void {
  asking(root.command('send <stream> [file]').description('send the records of a file, or of standard input, to a stream'))
    .addOption(new Option('-f, --format <format>', 'how they are written (default: as the stream declares)').choices(['ndjson', 'json', 'csv']))
    .addHelpText('after', examples)
    .action(
      asked<SendFlags, [string, string | undefined]>(context, async ({ client, terminal, show }, flags, stream, file = '-') => {
        const { openByteInput } = await import('../run/byte-input.ts')
        const { piecesOf } = await import('../remote/pieces-of.ts')
        const receipt = await client.sendRecords(stream, piecesOf(await openByteInput(file)), { format: flags.format ?? 'declared' })
        show(receipt, () => {
          printFacts(terminal, factsOf(receipt))
          if (receipt.rejections.length > 0) printTable(terminal, columns, receipt.rejections.slice(0, 10), '')
        })
        return noneFits(receipt) ? exitCodes.refused : exitCodes.ok
      }),
    )
}

function factsOf({ accepted, rejected, sequences }: IntakeReceipt): readonly (readonly [string, string | number])[] {
  return [
    ['accepted', sequences === null ? accepted : `${accepted}, from sequence ${sequences[0]} to ${sequences[1]}`],
    ['rejected', rejected],
  ]
}

type Rejection = IntakeReceipt['rejections'][number]

const columns = [
  ['record', ({ record }: Rejection) => record],
  ['column', ({ column }: Rejection) => column],
  ['code', ({ code }: Rejection) => code],
  ['reason', ({ reason }: Rejection) => reason],
] as const

const examples = `
gzip is known by its content. Records are kept as they come: where the connection breaks, the first of them are there, and
what is sent again is there twice. Programs that must not lose or double anything number what they send (docs/records-in.md).

Examples:
  $ millrace send alarms alarms.csv
  $ zcat alarms.ndjson.gz | millrace send alarms --format ndjson`
