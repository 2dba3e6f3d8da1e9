import { beginAtMark, readMark } from '../live/mark.ts'
import type { Outlet } from '../live/reading/outlet.ts'
import type { LookedAtSink } from '../metrics/connector-metrics.ts'
import { Running } from './running.ts'
import { type KeptSink, sinkDeadStream, sinkMarkStream, sinkPinName } from './sink.ts'
import { type SinkContext, SinkRun } from './sink-run.ts'

type Shown = Omit<SinkRun['figures'], 'position' | 'behind'> & { readonly position: number | null; readonly behind: number | null }

const resting: Shown = { position: null, behind: null, rows: 0, refused: 0, failing: null }

/** All sinks that run, each on its own: one whose system is slow holds up no other. */
export class Sinks {
  readonly #context: SinkContext
  readonly #running = new Running<SinkRun>()

  constructor(context: SinkContext) {
    this.#context = context
  }

  /** Goes on where the sink was, unless it is to rest. `outlet`: what goes out, as it is then. Errors: MARK_UNREADABLE, LOG_ errors. */
  async start(sink: KeptSink, outlet: () => Outlet): Promise<void> {
    const position = await beginAtMark(this.#context.log, sink.tenant, sinkMarkStream(sink.name), sink.from)
    if (sink.paused === 0) this.#running.add(sink, new SinkRun(sink, outlet, position, this.#context))
  }

  async figuresOf(sink: KeptSink): Promise<Shown> {
    const run = this.#running.find(sink)
    return run?.figures ?? { ...resting, position: await readMark(this.#context.log, sink.tenant, sinkMarkStream(sink.name)) }
  }

  looked(): readonly LookedAtSink[] {
    return this.#running.all().map(({ named, figures }) => ({ ...named, ...figures, isFailing: figures.failing !== null }))
  }

  stop(sink: KeptSink): Promise<void> {
    return this.#running.stop(sink)
  }

  /** Stops a sink and forgets how far it came and what was not taken. */
  async remove(sink: KeptSink): Promise<void> {
    const { log } = this.#context
    const { tenant, name } = sink
    await this.stop(sink)
    await log.unpin(tenant, sinkPinName(name))
    for (const stream of [sinkMarkStream(name), sinkDeadStream(name)]) await log.erase(tenant, stream)
  }

  stopAll(tenant?: string): Promise<void> {
    return this.#running.stopAll(tenant)
  }
}
