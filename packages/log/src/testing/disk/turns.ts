import type { Random } from '../random.ts'

/** Decides which of the calls that wait is next: in their order, or at random. No real time passes. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  readonly #random: Random | null
  #running = false

  constructor(random: Random | null) {
    this.#random = random
  }

  /** Runs `call` when its turn comes. */
  take<T>(call: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(call())
        } catch (error) {
          reject(error)
        }
      })
      if (!this.#running) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) {
      for (let pause = this.#random?.below(6) ?? 0; pause >= 0; pause--) await null
      const [call] = this.#waiting.splice(this.#random?.below(this.#waiting.length) ?? 0, 1)
      call!()
    }
    this.#running = false
  }
}
