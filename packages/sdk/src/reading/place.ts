/** A stretch of a function's text, and where the function was given to the sdk. */
export interface Place {
  readonly text: string
  readonly start: number
  readonly end: number
  /** `app.ts:12:6`; '' where it is not known. */
  readonly site: string
}

const widest = 120

/** The line of the place with the stretch underlined, as compilers show it. */
export function codeFrame({ text, start, end }: Place): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1
  const newline = text.indexOf('\n', start)
  const lineEnd = newline < 0 ? text.length : newline
  // Minified code is one long line: only what surrounds the place is shown.
  const from = Math.max(lineStart, Math.min(start - widest / 2, lineEnd - widest))
  const to = Math.min(lineEnd, from + widest)
  const width = Math.max(1, Math.min(end, to) - start)
  return `  | ${text.slice(from, to).replace(/\t/g, ' ')}\n  | ${' '.repeat(start - from)}${'^'.repeat(width)}`
}

/** Where `method` was called: `src/app.ts:12:6`. Frames of the method and what it calls are left out. */
export function callSite(method: (...args: never[]) => unknown): string {
  const holder: { stack?: string } = {}
  Error.captureStackTrace(holder, method)
  const line = String(holder.stack)
    .split('\n')
    .find((text) => /^\s+at /.test(text))
  return shortened(line?.match(/\(([^()]+:\d+:\d+)\)\s*$/)?.[1] ?? line?.match(/at (?:async )?(\S+:\d+:\d+)\s*$/)?.[1] ?? '')
}

function shortened(site: string): string {
  const path = site.replace(/^file:\/\//, '').replace(/\?[^:]*/, '')
  const here = `${process.cwd()}/`
  return path.startsWith(here) ? path.slice(here.length) : path
}
