/** One event of a `text/event-stream`. */
export interface ServerEvent {
  /** The last id seen; sent back as `Last-Event-ID`, the stream goes on behind it. Null: none yet. */
  readonly id: string | null
  readonly name: string
  /** Null: it has none, and only says the id. */
  readonly text: string | null
  /** How long to wait before connecting again, where the server said so. */
  readonly retryMs: number | null
}

/** Events as the HTML standard reads them (section 9.2.6): fields of lines, ended by an empty line; data may be absent, the id counts all the same. */
export async function* serverEvents(body: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  let id: string | null = null
  let retryMs: number | null = null
  let name = 'message'
  let lines: string[] = []
  for await (const line of linesOf(body)) {
    if (line === '') {
      yield { id, name, text: lines.length > 0 ? lines.join('\n') : null, retryMs }
      name = 'message'
      lines = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') lines.push(value)
    else if (field === 'event') name = value
    else if (field === 'id' && !value.includes('\0')) id = value
    else if (field === 'retry' && /^\d+$/.test(value)) retryMs = Number(value)
  }
}

/** Lines end with CR LF, LF or CR; what stands behind the last end is not whole and is left out. */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of body) {
    rest += decoder.decode(bytes, { stream: true })
    for (let end = lineEnd(rest); end !== null; end = lineEnd(rest)) {
      yield rest.slice(0, end.at)
      rest = rest.slice(end.next)
    }
  }
}

/** A CR at the end may be half of a CR LF: it is decided with the next bytes. */
function lineEnd(text: string): { readonly at: number; readonly next: number } | null {
  const at = text.search(/[\r\n]/)
  if (at < 0 || (text[at] === '\r' && at === text.length - 1)) return null
  return { at, next: text.startsWith('\r\n', at) ? at + 2 : at + 1 }
}
