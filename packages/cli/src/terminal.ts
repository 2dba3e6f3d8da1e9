/** Where a command writes: what is asked for goes out, what accompanies it goes to err. */
export interface Terminal {
  out(text: string): void
  err(text: string): void
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Colours may be used on out, on err. */
  readonly outColours: boolean
  readonly errColours: boolean
  /** Characters in a line. */
  readonly columns: number
  /** Stacks of errors are shown. */
  debug: boolean
  /** Errors are JSON, for programs. */
  json?: boolean
  /** Aborted when the reader of what goes out went away (head, less). */
  readonly unread?: AbortSignal
}

export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process
  const unread = new AbortController()
  stdout.on('error', () => unread.abort())
  return {
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    outIsTerminal: stdout.isTTY === true,
    errIsTerminal: stderr.isTTY === true,
    outColours: coloursOn(stdout.isTTY === true),
    errColours: coloursOn(stderr.isTTY === true),
    columns: stdout.columns ?? (Number(env.COLUMNS) || 160),
    debug: false,
    unread: unread.signal,
  }
}

/** NO_COLOR and FORCE_COLOR as on no-color.org and force-color.org. */
function coloursOn(isTerminal: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  return isTerminal || (FORCE_COLOR !== undefined && FORCE_COLOR !== '' && FORCE_COLOR !== '0')
}

const colourCodes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const
export type Colour = keyof typeof colourCodes

export function coloured(on: boolean, colour: Colour, text: string): string {
  return on ? `\u001b[${colourCodes[colour]}m${text}\u001b[0m` : text
}
