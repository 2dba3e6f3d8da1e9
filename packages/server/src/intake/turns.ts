import { setImmediate } from 'node:timers/promises'

/** Work after which the event loop gets its turn, in bytes. */
const yieldBytes = 1 << 20

interface Task {
  /** Answers the bytes that it worked on. */
  readonly work: () => number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Short pieces of work on the event loop: tenants take turns, and after every 1 MiB the loop goes on with the rest. */
export class Turns {
  readonly #byTenant = new Map<string, Task[]>()
  #running = false

  /** Resolves once the work, some milliseconds of it, is done; throws what it throws. */
  run(tenant: string, work: () => number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const task = { work, resolve, reject }
    const tasks = this.#byTenant.get(tenant)
    if (tasks === undefined) this.#byTenant.set(tenant, [task])
    else tasks.push(task)
    if (!this.#running) {
      this.#running = true
      queueMicrotask(() => void this.#loop())
    }
    return promise
  }

  async #loop(): Promise<void> {
    while (this.#byTenant.size > 0) {
      for (let bytes = 0; bytes < yieldBytes && this.#byTenant.size > 0; ) bytes += this.#next()
      await setImmediate()
    }
    this.#running = false
  }

  /** The tenant whose turn it is goes behind the others. */
  #next(): number {
    const [tenant, tasks] = this.#byTenant.entries().next().value as [string, Task[]]
    const task = tasks.shift() as Task
    this.#byTenant.delete(tenant)
    if (tasks.length > 0) this.#byTenant.set(tenant, tasks)
    try {
      const bytes = task.work()
      task.resolve()
      return bytes
    } catch (error) {
      task.reject(error)
      return 0
    }
  }
}
