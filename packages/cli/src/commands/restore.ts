import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'

export function describeRestore(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('restore')
    .description("make a server's data folder of a backup; the backup is verified first and stays as it is")
    .argument('<backup>', 'folder of one backup')
    .requiredOption('--data <dir>', 'data folder to be made: not there yet, or empty')
    .option('--json', 'JSON, for programs')
    .addHelpText('after', examples)
    .action(async (backup: string, { data, json = false }: { readonly data: string; readonly json?: boolean }) => {
      terminal.json = json
      const { restoreBackup } = await import('@millrace/server')
      const { createdMs, files, tenants } = await restoreBackup({ backup, data })
      finish(exitCodes.ok)
      if (json) {
        terminal.out(`${JSON.stringify({ data, createdMs, tenants, files: files.length })}\n`)
        return
      }
      terminal.err(`Restored ${files.length} files of ${tenants} tenant(s) as of ${new Date(createdMs).toISOString()}.\n`)
      terminal.err(`Start it: millrace serve --data ${data}\n`)
    })
}

const examples = `
Examples:
  $ millrace restore backups/2026-11-23T10-40-00.000Z --data millrace-data`
