import { join } from 'node:path'
import { History, type HistoryEvent, type QueryAllowance } from '@millrace/history'
import type { Log } from '@millrace/log'
import type { FastifyBaseLogger } from 'fastify'
import type { Apps } from '../apps/apps.ts'
import type { Control } from '../control/control.ts'
import type { Settings } from '../settings/settings.ts'
import type { Streams } from '../streams/streams.ts'
import { HistoryChoices } from './history-choices.ts'
import { KeptHistory } from './kept-history.ts'

export interface KeptHistoryOptions {
  readonly settings: Settings
  readonly data: string
  readonly log: Log
  readonly control: Control
  readonly apps: Apps
  readonly streams: Streams
  readonly allowance: QueryAllowance
  readonly logger: FastifyBaseLogger
}

/** Opens the history in the data folder; nothing is followed yet. DuckDB runs in processes that are begun when they are needed. */
export async function openKeptHistory({ settings, data, log, control, apps, streams, allowance, logger }: KeptHistoryOptions): Promise<KeptHistory> {
  const history = await History.open({
    log,
    directory: join(data, 'history'),
    writeEveryMs: settings.historyWriteSeconds * 1000,
    memoryBytes: settings.historyMemoryBytes,
    limits: {
      timeMs: settings.querySeconds * 1000,
      memoryBytes: settings.queryMemoryBytes,
      temporaryBytes: settings.queryTemporaryBytes,
      threads: settings.queryThreads,
      maxRows: settings.queryRows,
      maxBytes: settings.queryAnswerBytes,
    },
    queries: { most: settings.queriesAtOnce, mostPerTenant: settings.queriesPerTenant, allowance },
    epochs: (tenant, stream) => apps.epochs.of(tenant, appOf(stream)),
    report: (event) => tell(logger, event),
  })
  return new KeptHistory({ history, choices: new HistoryChoices(control, settings.historyResults === 'on'), apps, streams, logger })
}

/** Of an output's stream: `app/output`. */
function appOf(stream: string): string {
  return stream.slice(0, Math.max(0, stream.indexOf('/')))
}

function tell(logger: FastifyBaseLogger, event: HistoryEvent): void {
  if (event.kind === 'written') logger.debug(event, 'history')
  else logger.error(event, 'history')
}
