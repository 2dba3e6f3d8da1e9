import type { ExitCode } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

/** What a command gets and how it tells its exit code. */
export interface CommandContext {
  readonly terminal: Terminal
  readonly environment: Readonly<Record<string, string | undefined>>
  finish(code: ExitCode): void
}
