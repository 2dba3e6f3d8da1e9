import { RequestFailed } from './request-failed.ts'

export interface Retries {
  /** How often at most; 1: no second try. */
  readonly tries: number
  /** Waited before the second try; doubled with each. */
  readonly firstDelayMs: number
  readonly mostDelayMs: number
}

export const defaultRetries: Retries = { tries: 6, firstDelayMs: 100, mostDelayMs: 5000 }

/** Tries again what failed for a reason that passes. */
export async function retried<T>(attempt: () => Promise<T>, retries: Retries, signal?: AbortSignal): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof RequestFailed) || !error.passing || tried >= retries.tries || signal?.aborted === true) throw error
      await pause(error.retryAfterMs ?? delayMs(tried, retries), signal)
    }
  }
}

/** Between half and all of the doubled delay, so that many clients do not come back at once. */
export function delayMs(tried: number, { firstDelayMs, mostDelayMs }: Retries): number {
  return Math.min(mostDelayMs, firstDelayMs * 2 ** (tried - 1)) * (0.5 + Math.random() / 2)
}

/** Resolves after the time, or at once when the signal says so. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const timer = setTimeout(done, ms)
    function done(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    signal?.addEventListener('abort', done, { once: true })
  })
}
