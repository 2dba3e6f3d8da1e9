import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** The first line of standard input; on a terminal it is asked for and not shown. */
export function readSecret(question: string): Promise<string> {
  const { stdin, stderr } = process
  const isTerminal = stdin.isTTY === true
  if (isTerminal) stderr.write(question)
  const silent = new Writable({ write: (_bytes, _encoding, done) => done() })
  const lines = createInterface({ input: stdin, output: silent, terminal: isTerminal })
  return new Promise((resolve) => {
    let secret = ''
    lines.once('line', (line) => {
      secret = line.trim()
      lines.close()
    })
    lines.once('close', () => {
      if (isTerminal) stderr.write('\n')
      resolve(secret)
    })
  })
}
