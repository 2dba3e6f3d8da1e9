import type { Usage } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { asked, asking } from '../remote/remote.ts'
import { bytesCell, durationCell } from '../show/cells.ts'
import { printFacts, printTable } from '../show/text-table.ts'

export function describeUsage(root: Command, context: CommandContext): void {
  asking(root.command('usage').description('what a tenant uses, and used by day'))
    .option('--from <day>', 'first day (UTC), such as 2026-11-01 (default: 30 days)')
    .option('--to <day>', 'last day (UTC) (default: today)')
    .addHelpText('after', '\nExamples:\n  $ millrace usage\n  $ millrace usage --from 2026-11-01 --to 2026-11-30 --json')
    .action(
      asked<{ readonly from?: string; readonly to?: string }>(context, async ({ client, terminal, show }, { from, to }) => {
        const usage = await client.usage({ from, to })
        show(usage, () => {
          printFacts(terminal, factsOf(usage))
          terminal.out('\n')
          printTable(terminal, columns, usage.days, 'Nothing was used on these days.')
        })
      }),
    )
}

function factsOf({ tenant, storageBytes, stateBytes, queryMsThisHour, total }: Usage): readonly (readonly [string, string | number | null])[] {
  return [
    ['tenant', tenant],
    ['storage now', bytesCell(storageBytes)],
    ['state of apps now', bytesCell(stateBytes)],
    ['records', total.records],
    ['dead letters', total.deadLetters],
    ['results', total.results],
    ['processor time', durationCell(total.cpuMs)],
    ['queries', total.queries],
    ['time of queries', durationCell(total.queryMs)],
    ['this hour', durationCell(queryMsThisHour)],
  ]
}

type Day = Usage['days'][number]
const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)

const columns = [
  ['day', ({ day }: Day) => day],
  ['records', ({ streams }: Day) => sum(streams.map(({ records }) => records))],
  ['dead letters', ({ streams }: Day) => sum(streams.map(({ deadLetters }) => deadLetters))],
  ['received', ({ streams }: Day) => bytesCell(sum(streams.map(({ receivedBytes }) => receivedBytes)))],
  ['results', ({ apps }: Day) => sum(apps.map(({ results }) => results))],
  ['processor time', ({ apps }: Day) => durationCell(sum(apps.map(({ cpuMs }) => cpuMs)))],
  ['queries', ({ queryMs }: Day) => durationCell(queryMs)],
  ['stored', ({ streams, apps }: Day) => bytesCell(sum([...streams, ...apps].map(({ storedBytes }) => storedBytes)))],
] as const
