import type { LogReader } from '@millrace/log'

/** Waits for the next rows of a reader, a while at a time. */
export class Coming {
  private readonly reader: LogReader
  private readonly whileMs: number
  /** One wait at a time, however often nothing came: each would stay with the log until something comes. */
  private waiting: Promise<true> | null = null

  constructor(reader: LogReader, whileMs: number) {
    this.reader = reader
    this.whileMs = whileMs
  }

  /** True: there are rows, or never will be any more; false: none came so far. */
  async announced(): Promise<boolean> {
    this.waiting ??= this.reader.wait().then(() => true)
    const { promise: silence, resolve } = Promise.withResolvers<false>()
    const timer = setTimeout(() => resolve(false), this.whileMs)
    const announced = await Promise.race([this.waiting, silence])
    clearTimeout(timer)
    if (announced) this.waiting = null
    return announced
  }
}
