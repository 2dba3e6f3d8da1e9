import { outputStream } from '@millrace/jobs'
import { MillraceError } from '@millrace/plan'
import type { KeptWays, Way } from './kept-ways.ts'
import type { Outlet } from './reading/outlet.ts'
import type { Outlets } from './reading/outlets.ts'

/** The output of a way, by the plan that is deployed when it is read; throws where the way is no longer the one that was made. */
export function wayOutlet<W extends Way>(way: W, kept: KeptWays<W>, outlets: Outlets): Outlet {
  const { tenant, app, output } = way
  return {
    tenant,
    stream: outputStream(app, output),
    read: (piece) => {
      kept.check(way)
      return outlets.output(tenant, app, output).read(piece)
    },
  }
}

/** The output is not deployed now, and may be again. */
export function isWithoutOutput(error: unknown): error is MillraceError {
  return error instanceof MillraceError && error.code === 'OUTPUT_UNKNOWN'
}
