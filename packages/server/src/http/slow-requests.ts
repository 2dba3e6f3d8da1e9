import type { Http } from './http.ts'
import { readOnly } from './read-only.ts'

/** Ends connections whose body does not come within the time; bodies of records have as long as they send. */
export function endSlow(http: Http, bodySeconds: number): void {
  http.addHook('onRequest', async ({ raw, method, routeOptions }) => {
    if (readOnly.has(method) || routeOptions.config.limited === false || raw.complete) return
    const timer = setTimeout(() => {
      if (!raw.complete) raw.socket.destroy()
    }, bodySeconds * 1000)
    raw.once('close', () => clearTimeout(timer))
  })
}
