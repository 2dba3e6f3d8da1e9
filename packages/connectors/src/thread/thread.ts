import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { AllowedAddresses } from '../guard/allowed-addresses.ts'
import { guardLogins } from '../guard/guard-logins.ts'
import { guardMemory } from '../guard/guard-memory.ts'
import { guardSockets } from '../guard/guard-sockets.ts'
import { Host } from './host.ts'

/** Where a thread of connectors begins: before any library is loaded, its sockets, logins and memory are guarded. */
guardSockets(new AllowedAddresses((workerData as { readonly allow: readonly string[] }).allow))
guardLogins()
guardMemory()
new Host(parentPort as MessagePort)
