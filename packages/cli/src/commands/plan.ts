import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { exitCodes } from '../exit-codes.ts'

export function describePlan(root: Command, { terminal, finish }: CommandContext): void {
  root
    .command('plan <app>')
    .description('print the plan of an app: what a server or an engine gets')
    .option('--compact', 'the canonical form, on one line')
    .option('--hash', 'only the hash of the canonical form')
    .addHelpText('after', '\nExamples:\n  $ millrace plan app.ts > plan.json\n  $ millrace plan app.ts --hash')
    .action(async (file: string, options: { compact?: boolean; hash?: boolean }) => {
      const { loadValidPlan } = await import('../load-valid-plan.ts')
      const { canonical, planHash } = await import('@millrace/plan')
      const plan = await loadValidPlan(file)
      const text = options.compact ? canonical(plan) : JSON.stringify(JSON.parse(canonical(plan)), null, 2)
      terminal.out(`${options.hash ? planHash(plan) : text}\n`)
      finish(exitCodes.ok)
    })
}
