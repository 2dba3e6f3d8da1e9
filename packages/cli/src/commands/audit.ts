import type { AuditEntry } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { wholeNumber } from '../option-values.ts'
import { asked, asking } from '../remote/remote.ts'
import { instantCell } from '../show/cells.ts'
import { printTable } from '../show/text-table.ts'

export function describeAudit(root: Command, context: CommandContext): void {
  asking(root.command('audit').description('who changed what, when, from where, with what result'))
    .option('--limit <n>', 'entries at most, the newest first', wholeNumber(1), 50)
    .addHelpText('after', '\nExamples:\n  $ millrace audit\n  $ millrace audit --limit 1000 --json')
    .action(
      asked<{ readonly limit: number }>(context, async ({ client, terminal, show }, { limit }) => {
        const items: AuditEntry[] = []
        for await (const entry of client.all((page) => client.listAuditEntries(page))) {
          items.push(entry)
          if (items.length === limit) break
        }
        show({ items }, () => printTable(terminal, columns, items, 'Nothing was changed yet.'))
      }),
    )
}

const columns = [
  ['at', ({ atMs }: AuditEntry) => instantCell(atMs)],
  ['action', ({ action }: AuditEntry) => action],
  ['target', ({ target }: AuditEntry) => target],
  ['result', ({ result }: AuditEntry) => result],
  ['times', ({ times }: AuditEntry) => times],
  ['key', ({ keyId }: AuditEntry) => keyId],
  ['from', ({ address }: AuditEntry) => address],
  ['tenant', ({ tenant }: AuditEntry) => tenant],
] as const
