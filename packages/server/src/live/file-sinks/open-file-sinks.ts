import { outputStream } from '@millrace/jobs'
import { MillraceError } from '@millrace/plan'
import type { OpenPart } from '../../platform-ground.ts'
import { currentOutlets } from '../current-outlets.ts'
import type { Outlet } from '../reading/outlet.ts'
import type { Outlets } from '../reading/outlets.ts'
import type { FileSink } from './file-sink.ts'
import { addFileSinkRoutes } from './file-sink-routes.ts'
import { FileSinks } from './file-sinks.ts'
import { KeptFileSinks } from './kept-file-sinks.ts'

/** Results written to files, where the server has a folder for them. */
export const openFileSinks: OpenPart = async (ground) => {
  const { log, control, settings, logger } = ground
  const { folder, folderSinkBytes } = settings
  const kept = new KeptFileSinks(control)
  const outlets = currentOutlets(ground)
  const sinks = folder === null ? null : new FileSinks({ log, folder, folderBytes: folderSinkBytes })
  const start = async (sink: FileSink): Promise<void> => await sinks?.start(sink, currentOutlet(sink, kept, outlets))
  ground.erasure.on((tenant) => sinks?.forgetTenant(tenant))
  addFileSinkRoutes(ground, { kept, sinks, outlets, start })
  for (const sink of kept.all())
    await start(sink).catch((error: unknown) => logger.error({ tenant: sink.tenant, sink: sink.name, err: error }, 'file sink does not run'))
  return { close: async () => await sinks?.close() }
}

/** The output by the plan that is deployed when it is read; throws where the sink is no longer the one that was made. */
function currentOutlet(sink: FileSink, kept: KeptFileSinks, outlets: Outlets): Outlet {
  const { tenant, name, app, output, createdMs } = sink
  return {
    tenant,
    stream: outputStream(app, output),
    read: (piece) => {
      if (kept.find(tenant, name)?.createdMs !== createdMs) throw new MillraceError('FILE_SINK_UNKNOWN', { sink: name })
      return outlets.output(tenant, app, output).read(piece)
    },
  }
}
