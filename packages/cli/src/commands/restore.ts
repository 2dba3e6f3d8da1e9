import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'

export function describeRestore(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('restore')
    .description("make a server's data folder of a backup; the backup is verified first and stays as it is")
    .argument('<backup>', 'folder of one backup')
    .option('--data <dir>', 'data folder to be made: not there yet, or empty')
    .option('--check', 'only say whether all files of the backup are as they were')
    .option('--json', 'JSON, for programs')
    .addHelpText('after', examples)
    .action(async (backup: string, { data, check = false, json = false }: RestoreOptions, command: Command) => {
      terminal.json = json
      if (check === (data !== undefined)) command.error('error: give either --data <dir>, to restore, or --check, to verify only')
      const { restoreBackup, verifyBackup } = await import('@millrace/server')
      const { createdMs, files, tenants } = data === undefined ? await verifyBackup(backup) : await restoreBackup({ backup, data })
      finish(exitCodes.ok)
      if (json) {
        terminal.out(`${JSON.stringify({ data: data ?? null, createdMs, tenants, files: files.length })}\n`)
        return
      }
      const what = `${files.length} files of ${tenants} tenant(s) as of ${new Date(createdMs).toISOString()}`
      terminal.err(data === undefined ? `All is as it was: ${what}.\n` : `Restored ${what}.\nStart it: millrace serve --data ${data}\n`)
    })
}

interface RestoreOptions {
  readonly data?: string
  readonly check?: boolean
  readonly json?: boolean
}

const examples = `
Examples:
  $ millrace restore backups/2026-11-23T10-40-00.000Z --data millrace-data
  $ millrace restore backups/2026-11-23T10-40-00.000Z --check`
