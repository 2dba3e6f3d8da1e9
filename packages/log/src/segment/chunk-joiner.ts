import type { Chunk } from '../chunk.ts'
import { giveWay } from '../give-way.ts'
import type { Rows } from './chunk-bytes.ts'
import { joinRuns } from './join-runs.ts'

export type Join = (payloads: readonly Uint8Array[]) => Uint8Array

/** A chunk of as many rows or bytes is not joined with others. */
const wholeRows = 4096
const wholeBytes = 1 << 20
const mostRows = 16_384
const mostBytes = 4 << 20
/** So many payloads are joined in one step: it takes about a ms. */
const payloadsAStep = 64

/**
 * Joins consecutive small `batch` chunks of one schema to chunks of up to 16,384 rows or 4 MiB, and passes everything on in order. Chunks that
 * cannot be joined are passed on as they are, and `failed` hears why.
 */
export class ChunkJoiner {
  readonly #join: Join | undefined
  readonly #pass: (chunk: Rows) => Promise<void>
  readonly #failed: (error: unknown) => void
  #waiting: Chunk[] = []
  #rows = 0
  #bytes = 0

  constructor(join: Join | undefined, pass: (chunk: Rows) => Promise<void>, failed: (error: unknown) => void) {
    this.#join = join
    this.#pass = pass
    this.#failed = failed
  }

  async add(chunk: Chunk): Promise<void> {
    const { rows, payload } = chunk
    const whole = this.#join === undefined || chunk.kind !== 'batch' || rows >= wholeRows || payload.length >= wholeBytes
    const tooMuch = this.#rows + rows > mostRows || this.#bytes + payload.length > mostBytes
    const otherSchema = this.#waiting[0]?.schema !== chunk.schema
    if (whole || tooMuch || otherSchema) await this.flush()
    if (whole) return this.#pass(chunk)
    this.#waiting.push(chunk)
    this.#rows += rows
    this.#bytes += payload.length
  }

  /** Passes on what waits. */
  async flush(): Promise<void> {
    const chunks = this.#waiting
    const rows = this.#rows
    this.#waiting = []
    this.#rows = 0
    this.#bytes = 0
    const payload = await this.#joined(chunks)
    const [first] = chunks
    if (payload === null || first === undefined) for (const chunk of chunks) await this.#pass(chunk)
    else await this.#pass({ kind: 'batch', rows, schema: first.schema, runs: joinRuns(chunks.map(({ runs }) => runs)), payload })
  }

  /** In steps; null: there is nothing to join, or it cannot be. */
  async #joined(chunks: readonly Chunk[]): Promise<Uint8Array | null> {
    if (this.#join === undefined || chunks.length < 2) return null
    try {
      let payloads = chunks.map(({ payload }) => payload)
      while (payloads.length > 1) payloads = await joinStepwise(this.#join, payloads)
      return payloads[0] ?? null
    } catch (error) {
      this.#failed(error)
      return null
    }
  }
}

async function joinStepwise(join: Join, payloads: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const joined: Uint8Array[] = []
  for (let i = 0; i < payloads.length; i += payloadsAStep) {
    joined.push(join(payloads.slice(i, i + payloadsAStep)))
    await giveWay()
  }
  return joined
}
