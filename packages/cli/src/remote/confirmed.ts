import { createInterface } from 'node:readline/promises'
import { MillraceError } from '@millrace/plan'
import type { Terminal } from '../terminal.ts'

/** Asks before what cannot be taken back; `--yes` answers it. Errors: CLI_CONFIRM, where nobody can be asked. */
export async function confirmed(terminal: Terminal, what: string, yes: boolean | undefined): Promise<boolean> {
  if (yes === true) return true
  if (!terminal.errIsTerminal || process.stdin.isTTY !== true) throw new MillraceError('CLI_CONFIRM', { what })
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const answer = await lines.question(`${what} Type yes to go on: `)
  lines.close()
  return answer.trim() === 'yes'
}
