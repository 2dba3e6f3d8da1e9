import { setTimeout as after } from 'node:timers/promises'
import type { MillraceClient } from '@millrace/api'
import { plan, streams } from './counted-app.ts'
import { faultInStream } from './left.ts'
import type { Senders } from './senders.ts'

const withinMs = 60_000
const everyMs = 200

/** Null once everything that was sent is in its stream and all that came of it has gone out; the app is stopped then. Otherwise what is not so after a minute. */
export async function notCaughtUp(client: MillraceClient, senders: Senders): Promise<string | null> {
  const waits = await lasting(() => sourcesWait(client, senders))
  if (waits !== null) return waits
  await client.stopApp(plan.name)
  return await lasting(() => sinksWait(client))
}

async function lasting(waits: () => Promise<string | null>): Promise<string | null> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const found = await waits()
    if (found === null) return null
    if (performance.now() > deadline) return `after a minute ${found}`
    await after(everyMs)
  }
}

async function sourcesWait(client: MillraceClient, senders: Senders): Promise<string | null> {
  for (const name of streams) {
    const { failing, behind } = await client.getSource(name)
    if (failing !== null || (behind ?? 0) > 0) return `source ${name} is ${behind} behind, ${failing?.reason}`
    const fault = await faultInStream(client, name, senders[name].sent)
    if (fault !== null) return `stream ${name}: ${fault}`
  }
  const { figures } = await client.appFigures(plan.name)
  return figures?.lag === 0 ? null : `the app is ${figures?.lag} behind`
}

async function sinksWait(client: MillraceClient): Promise<string | null> {
  const { items } = await client.listSinks()
  const waiting = items.find(({ failing, behind }) => failing !== null || behind !== 0)
  return waiting === undefined ? null : `sink ${waiting.name} is ${waiting.behind} behind, ${waiting.failing?.reason}`
}
