import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'

export function describeRestore(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('restore')
    .description("make a server's data folder of a backup; the backup is verified first and stays as it is")
    .argument('<backup>', 'folder of one backup')
    .requiredOption('--data <dir>', 'data folder to be made: not there yet, or empty')
    .addHelpText('after', examples)
    .action(async (backup: string, { data }: { readonly data: string }) => {
      const { restoreBackup } = await import('@millrace/server')
      const { createdMs, files, tenants } = await restoreBackup({ backup, data })
      terminal.err(`Restored ${files.length} files of ${tenants} tenant(s) as of ${new Date(createdMs).toISOString()}.\n`)
      terminal.err(`Start it: millrace serve --data ${data}\n`)
      finish(exitCodes.ok)
    })
}

const examples = `
Examples:
  $ millrace restore backups/2026-11-23T10-40-00.000Z --data millrace-data`
