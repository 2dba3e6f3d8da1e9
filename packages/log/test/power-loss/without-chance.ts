/**
 * Runs something that no garbage collection and no timer comes into, as no seed decides when they do: what is weakly held stays, and what
 * should be done now and then by the clock on the wall is not done.
 */
export async function withoutChance<T>(work: () => Promise<T>): Promise<T> {
  const { WeakRef: weak, setInterval: repeat } = globalThis
  const timers: NodeJS.Timeout[] = []
  globalThis.WeakRef = HeldRef
  globalThis.setInterval = Object.assign((...call: Parameters<typeof repeat>) => {
    const timer = repeat(...call)
    timers.push(timer)
    return timer
  }, repeat)
  try {
    return await work()
  } finally {
    globalThis.WeakRef = weak
    globalThis.setInterval = repeat
    // Those of a log that crashed would hold it for ever.
    for (const timer of timers) clearInterval(timer)
  }
}

class HeldRef<T extends WeakKey> implements WeakRef<T> {
  readonly [Symbol.toStringTag] = 'WeakRef'
  readonly #held: T

  constructor(held: T) {
    this.#held = held
  }

  deref(): T {
    return this.#held
  }
}
