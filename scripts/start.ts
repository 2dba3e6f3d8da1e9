import { mkdirSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { onInterrupt, processTerminal, reportFailure } from '@millrace/cli'
import { startHelp, startOptions } from './start/options.ts'
import { startPlatform } from './start/platform.ts'

/**
 * `npm start`: the platform on this machine, with two tenants whose sensors send real rows over MQTT and HTTP; alerts are shown as
 * they come, until Ctrl-C. Started again, everything goes on where it was.
 */
const terminal = processTerminal()
if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
  terminal.out(startHelp)
  process.exit()
}
const interrupt = onInterrupt()
// Who reads this went away (head, less).
const unread = new Promise<void>((resolve) => process.stdout.on('error', () => resolve()))
try {
  const options = startOptions(process.argv.slice(2), process.env)
  mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  const platform = await startPlatform(options, terminal)
  const over = new AbortController()
  await Promise.race([interrupt.stopped, unread, ...(options.seconds === null ? [] : [setTimeout(options.seconds * 1000, null, over)])])
  over.abort()
  await platform.stop()
} catch (error) {
  process.exitCode = reportFailure(error, terminal)
} finally {
  interrupt.release()
}
