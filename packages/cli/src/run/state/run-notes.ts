import type { Chunk, Log } from '@millrace/log'
import type { InputHead } from './input-head.ts'

/** What runs note in the log beside records and results: each stands where it became true. */
export type Note =
  /** From here on the app had this plan. */
  | { readonly kind: 'app'; readonly app: string; readonly plan: string }
  /** From here on these inputs were read, by this producer. */
  | { readonly kind: 'inputs'; readonly producer: string; readonly inputs: readonly InputHead[] }
  /** The inputs noted last were read to their end. */
  | { readonly kind: 'read' }
  /** An epoch of the job began behind this sequence: of what came later, only its own results count (semantics R2). */
  | { readonly kind: 'epoch'; readonly epoch: number; readonly begin: number }

/** A note and its place in the log. */
export type Placed<N extends Note> = N & { readonly sequence: number; readonly logMs: number }

type NoteOf<K extends Note['kind']> = Extract<Note, { readonly kind: K }>

const stream = '$run'
const decoder = new TextDecoder()

/** The notes in a log, in their order. */
export class RunNotes {
  private readonly log: Log
  private readonly tenant: string
  private readonly all: Placed<Note>[] = []

  private constructor(log: Log, tenant: string) {
    this.log = log
    this.tenant = tenant
  }

  static async read(log: Log, tenant: string): Promise<RunNotes> {
    const notes = new RunNotes(log, tenant)
    const reader = log.reader({ tenant, streams: [stream] })
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) notes.all.push(...pieces.map(({ chunk }) => noteIn(chunk)))
    reader.close()
    return notes
  }

  of<K extends Note['kind']>(kind: K): readonly Placed<NoteOf<K>>[] {
    return this.all.filter((note): note is Placed<NoteOf<K>> => note.kind === kind)
  }

  /** The inputs noted last, if any, were read to their end. */
  get isRead(): boolean {
    const last = this.of('inputs').at(-1)
    return last === undefined || this.of('read').some(({ sequence }) => sequence > last.sequence)
  }

  /** Resolves when the note is durable. */
  async add<N extends Note>(note: N): Promise<Placed<N>> {
    const payload = new TextEncoder().encode(JSON.stringify(note))
    const chunk = { stream, kind: 'bytes', rows: 1, schema: 0, payload } as const
    const { sequences, ingestionMs } = await this.log.append({ tenant: this.tenant, chunks: [chunk] })
    const placed = { ...note, sequence: sequences[0] as number, logMs: ingestionMs }
    this.all.push(placed)
    return placed
  }
}

function noteIn({ payload, runs }: Chunk): Placed<Note> {
  const note = JSON.parse(decoder.decode(payload)) as Note
  return { ...note, sequence: runs.sequence[0] as number, logMs: runs.ingestionMs[0] as number }
}
