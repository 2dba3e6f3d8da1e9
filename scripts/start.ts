import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { onInterrupt, processTerminal, reportFailure } from '@millrace/cli'
import { startPlatform } from './start/platform.ts'

/**
 * `npm start`: the platform on this machine, with two tenants whose sensors send real rows over MQTT and HTTP; alerts are shown as
 * they come, until Ctrl-C. Started again, everything goes on where it was.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: process.env['MILLRACE_START_SECONDS'] ?? '' },
    data: { type: 'string', default: join('out', 'platform') },
    port: { type: 'string', default: '8080' },
    'mqtt-port': { type: 'string', default: '1883' },
  },
})
const terminal = processTerminal()
const interrupt = onInterrupt()
try {
  mkdirSync(values.data, { recursive: true, mode: 0o700 })
  const platform = await startPlatform({ folder: values.data, port: Number(values.port), mqttPort: Number(values['mqtt-port']) }, terminal)
  const over = new AbortController()
  await Promise.race([interrupt.stopped, ...(values.seconds === '' ? [] : [setTimeout(Number(values.seconds) * 1000, null, over)])])
  over.abort()
  await platform.stop()
} catch (error) {
  process.exitCode = reportFailure(error, terminal)
} finally {
  interrupt.release()
}
