import type { Backup } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { allItems } from '../remote/all-items.ts'
import { asked, asking } from '../remote/remote.ts'
import { bytesCell, durationCell, instantCell } from '../show/cells.ts'
import { printTable } from '../show/text-table.ts'

export function describeBackup(root: Command, context: CommandContext): void {
  const backup = root.command('backup').description('make and list copies of all that the server keeps (for operators)').addHelpText('after', examples)

  asking(backup.command('create').description('make a copy; everything goes on meanwhile')).action(
    asked(context, async ({ client, terminal, show }) => {
      const made = await client.createBackup()
      show(made, () => terminal.err(`Made ${made.name}: ${made.files} files, ${bytesCell(made.bytes)}, in ${durationCell(made.tookMs)}.\n`))
    }),
  )
  asking(backup.command('list').description('copies in the folder that the server was given')).action(
    asked(context, async ({ client, terminal, show }) => {
      const items = await allItems(client, (page) => client.listBackups(page))
      show({ items }, () => printTable(terminal, columns, items, 'There are no copies.'))
    }),
  )
}

const columns = [
  ['copy', ({ name }: Backup) => name],
  ['holds all up to', ({ createdMs }: Backup) => instantCell(createdMs)],
  ['tenants', ({ tenants }: Backup) => tenants],
  ['files', ({ files }: Backup) => files],
  ['size', ({ bytes }: Backup) => bytesCell(bytes)],
] as const

const examples = `
Examples:
  $ millrace backup create
  $ millrace backup list --json`
