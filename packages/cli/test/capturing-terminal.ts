import type { Terminal } from '@millrace/cli'

/** A terminal that keeps what is written. */
export function capturingTerminal(more: Partial<Terminal> = {}): { terminal: Terminal; written: { out: string; err: string } } {
  const written = { out: '', err: '' }
  const terminal: Terminal = {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
    outIsTerminal: false,
    errIsTerminal: false,
    outColours: false,
    errColours: false,
    columns: 120,
    debug: false,
    ...more,
  }
  return { terminal, written }
}
