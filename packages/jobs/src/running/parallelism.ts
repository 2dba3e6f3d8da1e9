import { type Look, lookBetween, type Moment } from './look.ts'

/** Share of a processor that a thread must take to be what holds the job up, and share of the job's time in operators with state. */
const busy = 0.9
const inOperators = 0.6
/** Share of a processor that must be free for each part more. */
const free = 0.5
/** While state goes over to other parts, there are three of it. */
const largestState = 2 ** 30
/** What is measured over less says little, ms. */
const shortestMs = 400
/** How many times as fast more parts must be. */
const worthwhile = 1.1
/** Until a try that did not pay is repeated, ms; twice as long each further time. */
const firstPauseMs = 60_000
const longestPauseMs = 3_600_000
/** As a share of its pause at most a try may take: of a large state it stands still for long. */
const shareOfPause = 1 / 30
/** A job that takes less than this share of one thread, for so long, has little to do. */
const little = 0.5
const quietMs = 30_000

const keepsUp = 'it keeps up with its records'

/** More parts being tried: since when, how many there were before, and how much was done a millisecond. */
interface Try {
  readonly sinceMs: number
  readonly parts: number
  readonly rate: number
}

/** In how many parts a job runs, and why. */
export interface ParallelismFigures {
  readonly parts: number
  readonly atMost: number
  readonly why: string
}

/**
 * In how many parts a job should run: twice as many where it is behind and its threads, busy with operators, are what
 * holds it up; they stay where they turn out faster. One where it has little to do, as parts cost time of their own.
 */
export class Parallelism {
  readonly atMost: number
  /** False: it runs in as many parts as it may, whatever is gained by it. */
  readonly measured: boolean
  parts: number
  private why: string
  /** From where what the job does is measured; null: it has run in this way for too short a time. */
  private before: Moment | null = null
  private looks = 0
  private trying: Try | null = null
  private pauseMs = firstPauseMs
  private notBeforeMs = 0
  private quietSinceMs: number | null = null

  /** `why`: what is to be said before anything was measured. */
  constructor(atMost: number, measured: boolean, why: string) {
    this.atMost = atMost
    this.measured = measured && atMost > 1
    this.parts = measured ? 1 : atMost
    this.why = why
  }

  get figures(): ParallelismFigures {
    const { parts, atMost, why } = this
    return { parts, atMost, why }
  }

  /** Its parts were opened, the first time or anew. */
  opened(): void {
    this.before = null
    this.looks = 0
  }

  /** How the job does now; `parts` are those it should run in from now on. */
  look(now: Moment): void {
    const { before } = this
    if (before !== null && now.atMs - before.atMs < shortestMs) return
    // At first its threads compile what they run.
    if (++this.looks > 1) this.before = now
    if (before !== null) this.decide(lookBetween(before, now), now.atMs)
  }

  /** There was nothing to take a moment ago, for its one part. */
  keptUp(): void {
    this.before = null
    this.why = keepsUp
  }

  /** So many parts are wanted, whatever was measured. */
  want(parts: number): void {
    this.trying = null
    this.change(Math.min(this.atMost, parts), 'they were asked for')
  }

  private decide(look: Look, nowMs: number): void {
    if (this.trying !== null) this.judge(this.trying, look, nowMs)
    else if (this.parts < this.atMost && nowMs >= this.notBeforeMs && this.isHeldUp(look)) this.try(look, nowMs)
    else if (this.parts > 1 && this.isQuiet(look, nowMs)) this.change(1, 'it has little to do')
  }

  /** Whether more threads may help. */
  private isHeldUp(look: Look): boolean {
    const why = otherThanThreads(look) ?? (look.idleMs < free * (this.more - this.parts) * look.ms ? 'no processor of the machine is free' : null)
    if (why !== null && this.parts === 1) this.why = why
    return why === null
  }

  /** So many are tried next. */
  private get more(): number {
    return Math.min(this.atMost, 2 * this.parts)
  }

  private try({ work, ms }: Look, nowMs: number): void {
    this.trying = { sinceMs: nowMs, parts: this.parts, rate: work / ms }
    this.change(this.more, 'they are tried')
  }

  private judge({ sinceMs, parts, rate }: Try, { work, ms, behind }: Look, nowMs: number): void {
    this.trying = null
    const faster = work / ms / rate
    const compared = `${this.parts} parts are ${faster.toFixed(1)} times as fast as ${parts}`
    if (!behind || faster >= worthwhile) {
      this.why = behind ? compared : keepsUp
      this.pauseMs = firstPauseMs
      return
    }
    this.notBeforeMs = nowMs + Math.max(this.pauseMs, (nowMs - sinceMs) / shareOfPause)
    this.pauseMs = Math.min(longestPauseMs, 2 * this.pauseMs)
    this.change(parts, compared)
  }

  private isQuiet({ cpuMs, ms }: Look, nowMs: number): boolean {
    if (cpuMs >= little * ms) this.quietSinceMs = null
    else this.quietSinceMs ??= nowMs
    return this.quietSinceMs !== null && nowMs - this.quietSinceMs >= quietMs
  }

  private change(parts: number, why: string): void {
    this.parts = parts
    this.why = why
    this.quietSinceMs = null
  }
}

/** Why more threads would not help; null: they may. */
function otherThanThreads({ behind, busiestMs, cpuMs, operatorsMs, stateBytes, ms }: Look): string | null {
  if (!behind) return keepsUp
  if (busiestMs < busy * ms) return 'something else than its threads holds it up'
  if (stateBytes > largestState) return 'its state is too large to go over to others'
  return operatorsMs < inOperators * cpuMs ? 'most of its time goes to other work than that of operators' : null
}
