import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Ports of 127.0.0.1 that nothing listens on, for a server that will only listen after a while, and again after each restart. None of
 * those that the system gives to outgoing connections: some test's would take it meanwhile.
 */
export async function freePorts(count: number): Promise<readonly number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = randomInt(10_000, 30_000)
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
