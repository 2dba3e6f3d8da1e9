import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { AllowedAddresses } from '../guard/allowed-addresses.ts'
import { guardSockets } from '../guard/guard-sockets.ts'
import { Host } from './host.ts'

/** Where a thread of connectors begins: before any library is loaded, its sockets are guarded. */
guardSockets(new AllowedAddresses((workerData as { readonly allow: readonly string[] }).allow))
new Host(parentPort as MessagePort)
