import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Address, type RealServer, startServer } from './real-server.ts'
import { type System, systems } from './systems.ts'

// Not MILLRACE_...: a server that a test starts would refuse it as a setting that there is not.
const variable = 'SHARED_SERVERS_OF_TESTS'

/** vitest's global set-up: starts nothing until a test asks; its end ends all that was started. */
export default async function shareServers(): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<RealServer>>()
  const http = createServer((request, response) => void answer(started, request.url ?? '', response))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  // The processes of the tests inherit it.
  process.env[variable] = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  return async () => {
    http.close()
    await Promise.allSettled([...started.values()].map(async (server) => await (await server).stop()))
  }
}

/** Of the set-up that this process's run was begun with. */
export async function askShared(system: System): Promise<Address> {
  const response = await fetch(`${process.env[variable]}/${system.name}`)
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as Address
}

async function answer(started: Map<string, Promise<RealServer>>, url: string, response: ServerResponse): Promise<void> {
  const system = Object.values<System>(systems).find((one) => url === `/${one.name}`)
  if (system === undefined) return void response.writeHead(404).end()
  const server = started.get(system.name) ?? startServer(system)
  started.set(system.name, server)
  try {
    const { port, url } = await server
    response.end(JSON.stringify({ port, url }))
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}
