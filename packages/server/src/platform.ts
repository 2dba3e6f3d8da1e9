import { mkdirSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import { joinBatches } from '@millrace/columns'
import { type JobEvent, Jobs } from '@millrace/jobs'
import { type Log, type LogEvent, openLog } from '@millrace/log'
import { MillraceError } from '@millrace/plan'
import { type Logger, pino } from 'pino'
import { Keys } from './access/keys.ts'
import { serverSecret } from './access/server-secret.ts'
import { Alerts } from './alerts/alerts.ts'
import { Silences } from './alerts/silences.ts'
import { Apps } from './apps/apps.ts'
import { Supervisor } from './apps/supervisor.ts'
import { Backups } from './backup/backups.ts'
import { Changes } from './backup/changes.ts'
import { Audit } from './control/audit.ts'
import { Control } from './control/control.ts'
import { Erasure } from './control/erasure.ts'
import { Idempotency } from './control/idempotency.ts'
import { migrations } from './control/migrations.ts'
import { QuotaIntake } from './control/quota-intake.ts'
import { Refusals } from './control/refusals.ts'
import { TenantGate } from './control/tenant-gate.ts'
import { Tenants } from './control/tenants.ts'
import { DeadLetters } from './dead-letters/dead-letters.ts'
import { deadRecordsStream } from './dead-letters/dead-records.ts'
import { openKeptHistory } from './history/open-kept-history.ts'
import { QueryQuota } from './history/query-quota.ts'
import { openHttp } from './http/open-http.ts'
import { addRoutes } from './http/routes.ts'
import { openIntake } from './intake/open-intake.ts'
import { Metrics } from './metrics/metrics.ts'
import type { Ground, Part } from './platform-ground.ts'
import { parts } from './platform-parts.ts'
import type { Settings } from './settings/settings.ts'
import { finishErasing } from './streams/erase-stream.ts'
import { Streams } from './streams/streams.ts'
import { Usage } from './usage/usage.ts'

/** The server in one process. */
export interface Platform {
  readonly ground: Ground
  /** Where the REST API is: `http://127.0.0.1:8080`. */
  readonly address: string
  /** The operator's key, at the first start only: it is shown this once. */
  readonly operatorKey: string | null
  /** Resolves when all apps that are to run were started, or tried. */
  readonly ready: Promise<void>
  /** Takes no more requests, lets those under way end, stops jobs with snapshots, then closes everything. */
  close(): Promise<void>
}

/**
 * Opens everything, in the order of what stands on what; closes what it had opened where something fails.
 * Errors: SERVER_DATA_FOLDER, SERVER_SECRET_MISSING, SERVER_CONTROL_NEWER, SERVER_LISTEN, LOG_ errors of `openLog`.
 */
export async function openPlatform(settings: Settings): Promise<Platform> {
  const closers: (() => Promise<void> | void)[] = []
  const closeAll = async (): Promise<void> => {
    for (let close = closers.pop(); close !== undefined; close = closers.pop()) await close()
  }
  try {
    return await open(settings, closers, closeAll)
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function open(settings: Settings, closers: (() => Promise<void> | void)[], closeAll: () => Promise<void>): Promise<Platform> {
  const data = dataFolder(settings.data)
  const logger = newLogger(settings)
  let failing = false
  let usage: Usage | null = null
  let metrics: Metrics | null = null
  const reported: LogEvent[] = []
  const log = await openLog({
    directory: join(data, 'log'),
    durability: settings.durability,
    join: joinBatches,
    appended: (append, receipt) => {
      usage?.appended(append, receipt)
      metrics?.appended(append)
    },
    committed: (commit) => metrics?.committed(commit),
    report: (event) => {
      tellLog(logger, event)
      if (metrics === null) reported.push(event)
      else metrics.told(event)
      if (event.kind === 'failed') failing = true
    },
  })
  closers.push(() => log.close())
  const control = Control.open(join(data, 'control.sqlite'), migrations, settings.durability)
  closers.push(() => control.close())
  const counted = await openUsage(control, log, logger, closers)
  usage = counted
  const secret = secretOf(control, data)
  const keys = openKeys(control, secret, logger, closers)
  const jobs = openJobs(settings, log, data, (event) => {
    logger.warn(event, 'job')
    supervisor.told(event)
  })
  closers.push(() => jobs.close())
  const tenants = new Tenants(control, settings)
  const apps = new Apps(control)
  const audit = new Audit(control, (err) => logger.error({ err }, 'refusals could not be written to the audit'))
  closers.push(() => audit.flush())
  const refusals = new Refusals({ audit, keys, tenants, logger })
  const alerts = new Alerts({ log, control, apps, logger })
  closers.push(() => alerts.close())
  const supervisor = new Supervisor({ apps, alerts, tenants, jobs, log, logger })
  closers.push(() => supervisor.close())
  const deadLetters = new DeadLetters({ log, control, logger })
  closers.push(() => deadLetters.close())
  const streams = new Streams(control)
  const allowance = new QueryQuota({
    times: counted.queries,
    quotasOf: (tenant) => tenants.quotasOf(tenant),
    logger,
    ran: (tenant, tookMs) => metrics?.history.queryTimes.ran(tenant, tookMs),
  })
  const keptHistory = await openKeptHistory({ settings, data, log, control, apps, streams, allowance, logger })
  closers.push(() => keptHistory.close())
  const told = new Metrics({ log, jobs, history: () => keptHistory.history.figures(), looked: (all) => counted.ran(all) })
  for (const event of reported) told.told(event)
  metrics = told
  closers.push(() => told.close())
  const changes = new Changes()
  const backups = new Backups({ folder: settings.backups, data, log, control, changes })
  backups.around((folder, copyLog) => keptHistory.history.copyTo(join(folder, 'history'), copyLog))
  await backups.releasePins()
  const silences = new Silences(control)
  const gate = new TenantGate(
    openIntake(log, {}, { isDeclared: (stream) => streams.isDeclared(stream), deadRecordsOf: (tenant) => streams.find(tenant, deadRecordsStream) }),
  )
  const intake = new QuotaIntake(gate, {
    log,
    historyBytes: (tenant) => keptHistory.history.bytes(tenant),
    quotasOf: (tenant) => tenants.quotasOf(tenant),
  })
  const erasure = new Erasure({ control, audit, tenants, keys, apps, supervisor, jobs, log, gate })
  for (const kept of [keptHistory, streams, silences, intake, counted, told.history.queryTimes]) erasure.on((tenant) => kept.forgetTenant(tenant))
  const http = await openHttp({ settings, access: keys, audit, refusals, changes, idempotency: new Idempotency(control), logger })
  let ready = false
  const ground: Ground = {
    settings,
    logger,
    log,
    jobs,
    control,
    secret,
    tenants,
    keys,
    streams,
    apps,
    history: keptHistory,
    supervisor,
    alerts,
    deadLetters,
    silences,
    audit,
    refusals,
    metrics: told,
    usage: counted,
    backups,
    changes,
    erasure,
    intake: told.counted(counted.counted(intake)),
    http,
    isReady: () => ready && !failing,
    isFailing: () => failing,
  }
  addRoutes(ground)
  const opened: Part[] = []
  closers.push(async () => {
    ready = false
    await drained(
      () => http.close(),
      settings.shutdownSeconds * 1000,
      () => http.server.closeAllConnections(),
    )
    for (let part = opened.pop(); part !== undefined; part = opened.pop()) await part.close()
  })
  const erasing = await erasure.resume()
  await finishErasing(ground)
  // Before anything is appended: what comes in first would end the pause of all others.
  await jobs.resume(apps.all())
  for (const openPart of parts) opened.push(await openPart(ground))
  const address = await listen(ground)
  void keptHistory.followAll()
  for (const tenant of erasing) erasure.finish(tenant).catch((err: unknown) => logger.error({ tenant, err }, 'not all of a tenant could be erased'))
  const started = supervisor.startWanted().then(() => {
    ready = true
  })
  return { ground, address, operatorKey: firstKey(keys), ready: started, close: once(closeAll) }
}

function newLogger({ logLevel }: Settings): Logger {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: heldLogCharacters })
  // What cannot be written, as to a full disk, is held for a while and then dropped; it ends nothing.
  destination.on('error', () => {})
  return pino({ level: logLevel, base: null, redact: ['req.headers.authorization'] }, destination)
}

const heldLogCharacters = 1 << 20

function dataFolder(folder: string): string {
  const directory = resolve(folder)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new MillraceError('SERVER_DATA_FOLDER', { directory, reason: reasonOf(cause) }, { cause })
  }
  return directory
}

/** Before anything is appended: what the last life of the server did not come to is counted first. */
async function openUsage(control: Control, log: Log, logger: Logger, closers: (() => void)[]): Promise<Usage> {
  const usage = new Usage(control, logger)
  closers.push(() => usage.close())
  await usage.recover(log)
  return usage
}

function secretOf(control: Control, data: string): Buffer {
  const exist = Number(control.one('SELECT count(*) AS count FROM keys')?.['count']) > 0
  return serverSecret(join(data, 'server.secret'), exist)
}

function openKeys(control: Control, secret: Buffer, logger: Logger, closers: (() => void)[]): Keys {
  const keys = new Keys(control, secret)
  const write = (): void => {
    try {
      keys.writeUsed()
    } catch (err) {
      logger.error({ err }, 'when keys were last used could not be written')
    }
  }
  const timer = setInterval(write, writeUsedEveryMs).unref()
  closers.push(() => {
    clearInterval(timer)
    write()
  })
  return keys
}

const writeUsedEveryMs = 30_000

function openJobs({ workers, snapshotSeconds, stalledSeconds }: Settings, log: Log, data: string, report: (event: JobEvent) => void): Jobs {
  return new Jobs({ log, directory: join(data, 'jobs'), workers, snapshotEveryMs: snapshotSeconds * 1000, stalledAfterMs: stalledSeconds * 1000, report })
}

/** The operator's key of a new data folder; null: there are keys already. */
function firstKey(keys: Keys): string | null {
  return keys.count > 0 ? null : keys.create({ tenant: null, label: 'operator', scopes: ['operator'] }).secret
}

async function listen({ http, settings }: Ground): Promise<string> {
  const { host, port, tlsKey } = settings
  try {
    await http.listen({ host, port })
  } catch (cause) {
    if (cause instanceof MillraceError) throw cause
    throw new MillraceError('SERVER_LISTEN', { address: `${host}:${port}`, reason: reasonOf(cause) }, { cause })
  }
  const shown = host.includes(':') ? `[${host}]` : host
  return `${tlsKey === null ? 'http' : 'https'}://${shown}:${(http.server.address() as AddressInfo).port}`
}

/** Ends what is still under way after the time given. */
async function drained(close: () => Promise<void>, graceMs: number, force: () => void): Promise<void> {
  const timer = setTimeout(force, graceMs)
  await close()
  clearTimeout(timer)
}

function tellLog(logger: Logger, event: LogEvent): void {
  logger[event.kind === 'failed' || event.kind === 'damage' ? 'error' : 'warn'](event, 'log')
}

function once(close: () => Promise<void>): () => Promise<void> {
  let closed: Promise<void> | null = null
  return () => {
    closed ??= close()
    return closed
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
