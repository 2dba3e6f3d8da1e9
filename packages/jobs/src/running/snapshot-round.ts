import type { Report } from '../messages.ts'
import type { Part } from './part.ts'

type Taken = Extract<Report, { kind: 'snapshot' }>

/** One snapshot of a job: asked of all its parts behind the same entry, complete when all gave theirs. */
export class SnapshotRound {
  /** The job ends with it. */
  readonly stop: boolean
  /** What becomes of it once all parts gave theirs. */
  readonly taken: (round: SnapshotRound) => Promise<void>
  private readonly fromMs = performance.now()
  private readonly parts: readonly Part[]
  private readonly given: (Taken | undefined)[]

  /** `from`: the first entry behind which it may stand. */
  constructor(parts: readonly Part[], from: number, stop: boolean, taken: (round: SnapshotRound) => Promise<void>) {
    this.parts = parts
    this.stop = stop
    this.taken = taken
    this.given = parts.map(() => undefined)
    // No part was handed more than this, and each will be handed as much.
    const at = parts.length === 1 ? null : Math.max(from, ...parts.map((part) => part.lastEntry))
    for (const part of parts) part.send({ kind: 'snapshot', at, stop })
  }

  /** Answers whether all parts gave theirs. */
  add(part: Part, state: Taken): boolean {
    this.given[part.index] = state
    return this.given.every((one) => one !== undefined)
  }

  get position(): number {
    return this.given[0]?.position ?? 0
  }

  get states(): readonly Uint8Array[] {
    return this.given.flatMap((one) => one?.bytes ?? [])
  }

  /** How long the job stood still for it, ms. */
  get pauseMs(): number {
    return Math.max(...this.given.map((one) => one?.pauseMs ?? 0))
  }

  /** Since it was asked for, ms. */
  get tookMs(): number {
    return performance.now() - this.fromMs
  }

  /** The memory goes back to the threads it came from. */
  release(): void {
    for (const part of this.parts) {
      const memory = this.given[part.index]?.bytes.buffer
      if (memory !== undefined) part.send({ kind: 'reuse', memory: memory as SharedArrayBuffer })
    }
  }
}
