import type { LookedAtSource } from '../metrics/connector-metrics.ts'
import { Running } from './running.ts'
import { type KeptSource, sourceMarkStream } from './source.ts'
import { beginPositions, type SourceContext, SourceRun } from './source-run.ts'

type Shown = SourceRun['figures']

const resting: Shown = { messages: 0, accepted: 0, rejected: 0, repeated: 0, lost: 0, behind: null, position: null, failing: null }

/** All sources that run, each on its own. */
export class Sources {
  readonly #context: SourceContext
  readonly #running = new Running<SourceRun>()

  constructor(context: SourceContext) {
    this.#context = context
  }

  /** Goes on where the source was, unless it is to rest. Errors: LOG_ errors. */
  async start(source: KeptSource): Promise<void> {
    if (source.paused === 1) return
    await beginPositions(this.#context.log, source)
    this.#running.add(source, new SourceRun(source, this.#context))
  }

  figuresOf(source: KeptSource): Shown {
    return this.#running.find(source)?.figures ?? resting
  }

  looked(): readonly LookedAtSource[] {
    return this.#running.all().map(({ named, figures }) => ({ ...named, ...figures, isFailing: figures.failing !== null }))
  }

  stop(source: KeptSource): Promise<void> {
    return this.#running.stop(source)
  }

  /** Stops a source and forgets how far it came. */
  async remove(source: KeptSource): Promise<void> {
    await this.stop(source)
    await this.#context.log.erase(source.tenant, sourceMarkStream(source.name))
  }

  stopAll(tenant?: string): Promise<void> {
    return this.#running.stopAll(tenant)
  }
}
