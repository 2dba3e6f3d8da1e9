import { main } from './main.ts'
import { processTerminal } from './terminal.ts'

/** The command as a process: arguments, terminal and exit code are the process's. */
export async function start(): Promise<void> {
  quietWarnings()
  // A reader that went away (head, less) ends the output, not with an error.
  process.stdout.on('error', ignoreClosedPipe)
  // What accompanies a result and cannot be told, as on a full disk, ends nothing.
  process.stderr.on('error', () => {})
  process.exitCode = await main(process.argv.slice(2), processTerminal())
}

function ignoreClosedPipe(failure: NodeJS.ErrnoException): void {
  if (failure.code !== 'EPIPE') throw failure
}

/** Node warns that an app outside of a package has no "type": nothing a user of the command must act on. */
function quietWarnings(): void {
  process.removeAllListeners('warning')
  process.on('warning', (warning) => {
    const code = 'code' in warning ? warning.code : ''
    if (code !== 'MODULE_TYPELESS_PACKAGE_JSON' && warning.name !== 'ExperimentalWarning') process.stderr.write(`warning: ${warning.message}\n`)
  })
}
