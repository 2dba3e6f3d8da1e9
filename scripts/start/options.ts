import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { MillraceError } from '@millrace/plan'

export interface StartOptions {
  readonly folder: string
  /** Where they are taken, others that are free. */
  readonly port: number
  readonly mqttPort: number
  /** Ends after this time; null: at Ctrl-C. */
  readonly seconds: number | null
}

const usage = '-- [--seconds N] [--data DIR] [--port N] [--mqtt-port N]'

export const startHelp = `npm start ${usage}

  --seconds    ends by itself after so many; else at Ctrl-C
  --data       where everything is kept (out/platform): without that folder it begins anew
  --port, --mqtt-port   where it listens (8080, 1883); others that are free where these are taken
`

/** Errors: CLI_OPTION_VALUE. */
export function startOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): StartOptions {
  const { data, port, seconds, 'mqtt-port': mqttPort } = valuesOf(args)
  const wanted = seconds ?? environment['MILLRACE_START_SECONDS']
  return {
    folder: data ?? join('out', 'platform'),
    port: numberOf('--port', port ?? '8080', 65_535),
    mqttPort: numberOf('--mqtt-port', mqttPort ?? '1883', 65_535),
    seconds: wanted === undefined ? null : numberOf('--seconds', wanted, 86_400),
  }
}

function valuesOf(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({ args: [...args], options: { data: text, port: text, seconds: text, 'mqtt-port': text } }).values
  } catch (cause) {
    throw new MillraceError('CLI_OPTION_VALUE', { option: 'npm start', expected: 'these options', text: args.join(' '), example: usage, hint: '' }, { cause })
  }
}

function numberOf(option: string, text: string, most: number): number {
  const value = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && value <= most) return value
  throw new MillraceError('CLI_OPTION_VALUE', { option, expected: `a number up to ${most}`, text, example: '10', hint: '' })
}
