import type { ClientOptions, MillraceClient } from '@millrace/api'
import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Profile } from '../profiles/profile-file.ts'
import type { TargetFlags } from '../profiles/target.ts'
import type { Terminal } from '../terminal.ts'

export interface RemoteFlags extends TargetFlags {
  readonly json?: boolean
}

/** What a command that asks a server works with. */
export interface Remote {
  readonly client: MillraceClient
  /** Whom it asks, and with which key. */
  readonly target: ClientOptions & Profile
  readonly terminal: Terminal
  /** What is shown is JSON, for programs. */
  readonly json: boolean
  /** As JSON the value, else what `people` prints. */
  show(value: unknown, people: () => void): void
}

/** Adds the options of all commands that ask a server. */
export function asking(command: Command): Command {
  return command
    .option('--profile <name>', 'whom to ask: a profile of millrace login')
    .option('--tenant <name>', "whose things an operator's key asks for")
    .option('--json', 'JSON, for programs')
}

type Work<Parameters extends readonly unknown[], Flags> = (
  remote: Remote,
  flags: RemoteFlags & Flags,
  ...parameters: Parameters
) => Promise<ExitCode | undefined>

/** The action of a command: its arguments, then its options, come from commander; the client is loaded when it is called. */
export function asked<Flags = object, Parameters extends readonly unknown[] = []>(
  { terminal, environment, finish }: CommandContext,
  work: Work<Parameters, Flags>,
): (...given: unknown[]) => Promise<void> {
  return async (...given) => {
    const flags = given.at(-2) as RemoteFlags & Flags
    const before: readonly unknown[] = given.slice(0, -2)
    const parameters = before as Parameters
    terminal.json = flags.json === true
    const remote = await open(flags, terminal, environment)
    try {
      finish((await work(remote, flags, ...parameters)) ?? exitCodes.ok)
    } catch (failure) {
      const [{ asCommand }, { withNearest }] = await Promise.all([import('./as-command.ts'), import('./nearest-name.ts')])
      throw await withNearest(asCommand(failure), remote.client, [...parameters, flags.tenant])
    }
  }
}

async function open(flags: RemoteFlags, terminal: Terminal, environment: CommandContext['environment']): Promise<Remote> {
  const { MillraceClient } = await import('@millrace/api')
  const { targetOf } = await import('../profiles/target.ts')
  const json = flags.json === true
  const target = targetOf(flags, environment)
  return {
    client: new MillraceClient(target),
    target,
    terminal,
    json,
    show: (value, people) => {
      if (json) terminal.out(`${JSON.stringify(value, null, 2)}\n`)
      else people()
    },
  }
}
