import { newOperatorKey, openPlatform, type Platform, readSettings, type Settings } from '@millrace/server'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { onInterrupt } from '../run/interrupt.ts'
import { coloured, type Terminal } from '../terminal.ts'
import { giveBackMemory } from './give-back-memory.ts'

export interface ServeFlags {
  readonly config?: string
  readonly check?: boolean
  readonly newOperatorKey?: boolean
  readonly debug?: boolean
  readonly json?: boolean
  readonly [setting: string]: unknown
}

/** Runs the platform until Ctrl-C. */
export async function serve(flags: ServeFlags, terminal: Terminal, environment: Readonly<Record<string, string | undefined>>): Promise<ExitCode> {
  const { config, check, newOperatorKey: wantsKey, debug, json = false, ...settings } = flags
  const read = readSettings({ file: config ?? environment['MILLRACE_CONFIG'] ?? null, environment, flags: settings })
  if (check) {
    terminal.out(json ? '{"settings":"right"}\n' : 'The settings are right.\n')
    return exitCodes.ok
  }
  if (wantsKey) {
    const operatorKey = newOperatorKey(read.data)
    terminal.out(json ? `${JSON.stringify({ operatorKey })}\n` : `${operatorKey}\n`)
    return exitCodes.ok
  }
  const interrupt = onInterrupt()
  try {
    const platform = await openPlatform(read)
    if (json) terminal.out(`${JSON.stringify({ address: platform.address, data: read.data, operatorKey: platform.operatorKey })}\n`)
    else tell(platform, read, terminal)
    void platform.ready.then(giveBackMemory)
    await interrupt.stopped
    if (!json) terminal.err('Stopping: what is under way ends first.\n')
    await platform.close()
    if (!json) terminal.err('Stopped. Started again, everything goes on from here.\n')
  } finally {
    interrupt.release()
  }
  return exitCodes.ok
}

function tell({ address, operatorKey }: Platform, { data, host, mqttPort, tcpPort }: Settings, terminal: Terminal): void {
  terminal.err(`Millrace listens on ${coloured(terminal.errColours, 'bold', address)}, its data is in ${data}\n`)
  terminal.err(`  API      ${address}/v1/openapi.json\n`)
  terminal.err(`  health   ${address}/health, ${address}/ready\n`)
  // Which one is taken where any will do stands in the log.
  if (mqttPort) terminal.err(`  MQTT     ${host}:${mqttPort}\n`)
  if (tcpPort) terminal.err(`  TCP      ${host}:${tcpPort}\n`)
  if (operatorKey === null) return
  terminal.err("\nThe operator's key, shown this once:\n\n")
  terminal.out(`${operatorKey}\n`)
  terminal.err(`\nKeep it: millrace login ${address} --profile operator\n\n`)
}
