import type { OpenPart } from '../../platform-ground.ts'
import { currentOutlets } from '../current-outlets.ts'
import { KeptWays } from '../kept-ways.ts'
import { wayOutlet } from '../way-outlet.ts'
import { steadyPace } from '../webhooks/system-pace.ts'
import { type FileSink, fileSinkKind } from './file-sink.ts'
import { addFileSinkRoutes } from './file-sink-routes.ts'
import { FileSinks } from './file-sinks.ts'

/** Results written to files, where the server has a folder for them. */
export const openFileSinks: OpenPart = async (ground) => {
  const { log, control, settings, logger } = ground
  const { folder, folderSinkBytes } = settings
  const kept = new KeptWays(control, fileSinkKind)
  const outlets = currentOutlets(ground)
  const sinks = folder === null ? null : new FileSinks({ log, folder, folderBytes: folderSinkBytes, pace: steadyPace })
  const start = async (sink: FileSink): Promise<void> => await sinks?.start(sink, wayOutlet(sink, kept, outlets))
  ground.erasure.on((tenant) => sinks?.forgetTenant(tenant))
  addFileSinkRoutes(ground, { kept, sinks, outlets, start })
  for (const sink of kept.all())
    await start(sink).catch((error: unknown) => logger.error({ tenant: sink.tenant, sink: sink.name, err: error }, 'file sink does not run'))
  return { close: async () => await sinks?.close() }
}
