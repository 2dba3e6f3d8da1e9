import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { hostRuns } from './run-host.ts'

/** Where a worker thread of the pool begins. */
hostRuns(parentPort as MessagePort, (workerData as { readonly running: Int32Array }).running)
