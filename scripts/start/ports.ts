import { type AddressInfo, createServer } from 'node:net'

/** The port, or any that is free where it is taken. */
export async function freePort(wanted: number): Promise<number> {
  return (await listened(wanted)) ?? ((await listened(0)) as number)
}

/** Null: it is taken. */
function listened(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => {
      const { port: found } = server.address() as AddressInfo
      server.close(() => resolve(found))
    })
  })
}
