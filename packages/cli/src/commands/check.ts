import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'

export function describeCheck(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('check <app> [plan]')
    .description('check an app or a plan and print every issue; with a plan: also that the app still makes it')
    .addHelpText('after', '\nExamples:\n  $ millrace check app.ts\n  $ millrace check plan.json\n  $ millrace check app.ts plan.json')
    .action(async (file: string, saved: string | undefined) => {
      const { check } = await import('../check-app.ts')
      finish((await check(file, saved, terminal)) ? exitCodes.ok : exitCodes.refused)
    })
}
