import { CommanderError } from 'commander'
import type { CommandContext } from './command-context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportFailure } from './failure.ts'
import { program } from './program.ts'
import type { Terminal } from './terminal.ts'
import { version } from './version.ts'

/** Runs the command with these arguments (those after `millrace`); gives the exit code, never throws. */
export async function main(args: readonly string[], terminal: Terminal, environment: CommandContext['environment'] = process.env): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok
  // Known before the arguments are read: they may be wrong.
  terminal.json = args.includes('--json')
  try {
    const root = program(version(), {
      terminal,
      environment,
      finish: (given) => {
        code = given
      },
    })
    if (args.length === 0) {
      root.outputHelp()
      return exitCodes.usage
    }
    await root.parseAsync(args, { from: 'user' })
    return code
  } catch (failure) {
    if (failure instanceof CommanderError) return failure.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    return reportFailure(failure, terminal)
  }
}
