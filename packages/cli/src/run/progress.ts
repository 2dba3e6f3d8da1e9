import { countText } from '../count-text.ts'
import { durationText } from '../durations.ts'
import type { Terminal } from '../terminal.ts'

const everyMs = 100
const barCells = 24

/** How far a run is: bytes read of bytes there are (null: not known), and records so far. */
export interface ProgressState {
  readonly readBytes: number
  readonly sizeBytes: number | null
  readonly records: number
}

/** A line on a terminal that shows how far a run is, its rate and when it will be done; nothing when piped. */
export class Progress {
  private readonly terminal: Terminal
  private readonly startedMs: number
  private shownMs = Number.NEGATIVE_INFINITY
  private visible = false

  constructor(terminal: Terminal, nowMs: number) {
    this.terminal = terminal
    this.startedMs = nowMs
  }

  update(nowMs: number, state: () => ProgressState): void {
    if (!this.terminal.errIsTerminal || nowMs - this.shownMs < everyMs) return
    this.shownMs = nowMs
    this.visible = true
    this.terminal.err(`\r${progressText(state(), nowMs - this.startedMs)}\u001b[K`)
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.visible) this.terminal.err('\r\u001b[K')
    this.visible = false
  }
}

/** `[######------]  50 %  1,234,567 records  1.20 M/s  ETA 2.0 s` */
export function progressText({ readBytes, sizeBytes, records }: ProgressState, elapsedMs: number): string {
  const rate = elapsedMs > 0 ? (records / elapsedMs) * 1000 : 0
  const counts = `${countText(records)} records  ${rateText(rate)}`
  if (sizeBytes === null || sizeBytes === 0) return counts
  const done = Math.min(1, readBytes / sizeBytes)
  const cells = Math.round(done * barCells)
  const eta = done > 0 && done < 1 ? `  ETA ${durationText((elapsedMs / done) * (1 - done))}` : ''
  return `[${'#'.repeat(cells)}${'-'.repeat(barCells - cells)}] ${String(Math.floor(done * 100)).padStart(3)} %  ${counts}${eta}`
}

export function rateText(perSecond: number): string {
  if (perSecond >= 1e6) return `${(perSecond / 1e6).toFixed(2)} M/s`
  return perSecond >= 1e3 ? `${(perSecond / 1e3).toFixed(1)} k/s` : `${perSecond.toFixed(0)}/s`
}
