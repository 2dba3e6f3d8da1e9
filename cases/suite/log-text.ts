/** One line of a case's log: a record as the sender wrote it, or an entry of the log's own. */
export type LogLine =
  | { readonly kind: 'record'; readonly stream: string; readonly logMs: number | null; readonly text: string }
  | { readonly kind: 'tick'; readonly logMs: number }
  | { readonly kind: 'paused' | 'resumed'; readonly stream: string; readonly logMs: number }
  | { readonly kind: 'end' }

/** Times without a date are of this day, UTC. */
const day = '2026-01-01'
const time = /^(?:(\d{4}-\d{2}-\d{2})T)?(\d{2}:\d{2}(?::\d{2}(?:\.\d{3})?)?)\s+/

/** The lines of a log as cases/README.md describes them, in their order. */
export function readLog(text: string): readonly LogLine[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'))
  return lines.map(readLine)
}

function readLine(line: string): LogLine {
  if (line.trim() === 'end') return { kind: 'end' }
  const logMs = logTimeOf(line)
  const [word, rest] = splitAtSpace(line.replace(time, ''))
  if (word !== 'tick' && word !== 'paused' && word !== 'resumed') return { kind: 'record', stream: word, logMs, text: rest }
  if (logMs === null) throw new Error(`this entry of the log needs a time: ${line}`)
  return word === 'tick' ? { kind: word, logMs } : { kind: word, stream: rest, logMs }
}

function logTimeOf(line: string): number | null {
  const [, date = day, clock] = time.exec(line) ?? []
  return clock === undefined ? null : Date.parse(`${date}T${clock}Z`)
}

function splitAtSpace(text: string): readonly [string, string] {
  const at = text.search(/\s/)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at).trim()]
}
