import { MillraceClient } from '@millrace/api'
import type { Draw } from '../random/draw.ts'
import { Follower } from './followers.ts'
import type { Entry } from './ledger.ts'
import { NumberedLines } from './numbered-lines.ts'
import { openBodies, openLines, openLoose, openMessages, type Producer, type ProducerContext } from './producers.ts'
import type { ServerProcess } from './server-process.ts'
import { type Output, type Site, settle } from './sites.ts'

/** A tenant at work. */
export interface Tenant extends Site {
  readonly client: MillraceClient
  readonly ledger: Entry[]
  readonly producers: readonly Producer[]
  readonly followers: readonly (Output & { readonly follower: Follower })[]
}

/** Makes what the tenant has and lets it begin: producers send and followers follow until `gone`. */
export async function tenantAt(site: Site, server: ServerProcess, hookUrl: string, draw: Draw, gone: AbortSignal): Promise<Tenant> {
  const { url, mqttUrl, tcpPort } = server
  const { tenant } = site
  const key = await settle(site, server, hookUrl)
  const ledger: Entry[] = []
  const lines = new NumberedLines(draw.fork())
  const producers = await producersOf({ url, mqttUrl, tcpPort, gone, tenant, key, ledger, lines, draw })
  const followers = site.followed.map((output) => ({ ...output, follower: new Follower(url, key, output.app, output.output) }))
  return { ...site, ledger, producers, followers, client: new MillraceClient({ url, key }) }
}

async function producersOf(context: ProducerContext): Promise<readonly Producer[]> {
  return context.tenant === 'north'
    ? [openBodies(context, 'alarms'), openLoose(context, 'alarms'), openLines(context, 'alarms'), await openMessages(context, 'alarms')]
    : [openBodies(context, 'alarms'), openBodies(context, 'readings'), await openMessages(context, 'readings')]
}
