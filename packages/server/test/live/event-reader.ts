import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** One connection to server-sent events, read by hand so that it can be cut anywhere. */
export class EventReader {
  readonly rows: { readonly id: number; readonly row: Record<string, unknown> }[] = []
  comments = 0
  /** Last id seen, with or without data; null: none. */
  lastId: number | null
  readonly ended: Promise<void>
  readonly answered: Promise<IncomingMessage>
  private readonly request: ClientRequest
  private rest = ''
  private wake = (): void => {}

  constructor(url: string, lastId: number | null = null, key = '') {
    this.lastId = lastId
    this.request = request(url, {
      headers: { accept: 'text/event-stream', authorization: `Bearer ${key}`, ...(lastId !== null && { 'last-event-id': String(lastId) }) },
    })
    this.answered = new Promise((resolve, reject) => {
      this.request.on('response', resolve)
      this.request.on('error', reject)
    })
    this.ended = this.answered.then(
      (answer) =>
        new Promise((resolve) => {
          answer.on('close', resolve)
          answer.on('error', () => {})
        }),
      () => {},
    )
    this.request.end()
  }

  /** Takes what comes; without it the reader does not read. */
  async read(): Promise<this> {
    const answer = await this.answered
    answer.setEncoding('utf8').on('data', (text: string) => this.take(text))
    return this
  }

  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }

  cut(): void {
    this.request.destroy()
  }

  private take(text: string): void {
    const events = (this.rest + text).split('\n\n')
    this.rest = events.pop() ?? ''
    for (const event of events) this.event(event.split('\n'))
    this.wake()
  }

  private event(lines: readonly string[]): void {
    const after = (field: string): string | undefined => lines.find((line) => line.startsWith(field))?.slice(field.length)
    const id = after('id: ')
    const data = after('data: ')
    if (after(': ') !== undefined) this.comments++
    if (id !== undefined) this.lastId = Number(id)
    if (data !== undefined) this.rows.push({ id: Number(id), row: JSON.parse(data) })
  }
}
