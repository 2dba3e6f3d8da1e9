import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { MillraceClient, RequestFailed } from '@millrace/api'
import type { Plan } from '@millrace/plan'
import type { Platform } from '@millrace/server'

/** Keys of the platform's tenants, as they were shown once; the file is readable by its owner only. */
export interface KeptKeys {
  [owner: string]: string
}

export class KeyFile {
  private readonly path: string
  private readonly platform: Platform
  private readonly keys: KeptKeys

  constructor(path: string, platform: Platform) {
    this.path = path
    this.platform = platform
    this.keys = readKeys(path)
    if (platform.operatorKey !== null) this.keep('operator', platform.operatorKey)
  }

  /** The key kept under the name, or another where it is not known any more. */
  keyOf(name: string, tenant: string | null, scope: 'operator' | 'admin' | 'ingest'): string {
    const { keys } = this.platform.ground
    const kept = this.keys[name]
    if (kept !== undefined && keys.caller(kept) !== null) return kept
    return this.keep(name, keys.create({ tenant, label: `npm start, ${name}`, scopes: [scope] }).secret)
  }

  private keep(name: string, key: string): string {
    this.keys[name] = key
    writeFileSync(this.path, `${JSON.stringify(this.keys, null, 2)}\n`, { mode: 0o600 })
    return key
  }
}

function readKeys(path: string): KeptKeys {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as KeptKeys
  } catch {
    return {}
  }
}

/** A tenant with one stream and one app. */
export interface StartedTenant {
  readonly name: string
  readonly admin: MillraceClient
  readonly adminKey: string
  readonly sensorKey: string
  readonly stream: string
  readonly plan: Plan
  /** Records that the app took in earlier starts. */
  readonly before: number
}

const keptMs = 7 * 86_400_000

/** Sees to it that the tenant is there, with its keys, its stream and its app running. */
export async function startTenant(name: string, plan: Plan, keys: KeyFile, { address }: Platform): Promise<StartedTenant> {
  const operator = new MillraceClient({ url: address, key: keys.keyOf('operator', null, 'operator') })
  await operator.getTenant(name).catch(unless('TENANT_UNKNOWN', () => operator.createTenant({ name })))
  const adminKey = keys.keyOf(name, name, 'admin')
  const admin = new MillraceClient({ url: address, key: adminKey })
  const [stream, declaration] = Object.entries(plan.streams)[0] as [string, Plan['streams'][string]]
  await admin.declareStream(stream, { declaration, retention: { maxAgeMs: keptMs, maxBytes: null } })
  const { state } = await admin.deployApp(plan.name, { plan })
  if (state !== 'running' && state !== 'stalled') await admin.startApp(plan.name)
  const sensorKey = keys.keyOf(`${name} sensors`, name, 'ingest')
  return { name, admin, adminKey, sensorKey, stream, plan, before: await recordsOf(admin, plan.name, stream) }
}

/** How many records of the stream the app has taken, once it has taken all there are. */
export async function recordsOf(client: MillraceClient, app: string, stream: string): Promise<number> {
  for (let look = 0; ; look++) {
    const { figures } = await client.appFigures(app)
    if (figures === null || figures.lag === 0 || look === mostLooks) return figures?.records[stream] ?? 0
    await setTimeout(lookEveryMs)
  }
}

const lookEveryMs = 20
const mostLooks = 100

function unless<T>(code: string, otherwise: () => Promise<T>): (error: unknown) => Promise<T> {
  return (error) => {
    if (error instanceof RequestFailed && error.code === code) return otherwise()
    throw error
  }
}
