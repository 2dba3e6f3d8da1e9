import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { MillraceError } from '@millrace/plan'
import { type ExportContext, exportTenant } from './export-tenant.ts'
import { type Archive, tarStream } from './tar-stream.ts'

interface Export {
  readonly tenant: string
  readonly keyId: string
  readonly archive: Archive
}

/** Exports under way: none outlives its tenant, the key that asked for it, or a reader that stands still. */
export class Exports {
  private readonly context: ExportContext
  private readonly stalledMs: number
  private readonly running = new Set<Export>()

  /** `stalledMs`: a reader that takes nothing for so long is disconnected. */
  constructor(context: ExportContext, stalledMs = 60_000) {
    this.context = context
    this.stalledMs = stalledMs
  }

  /** The archive that a response is made of; where it ends early, it breaks off. */
  open(tenant: string, keyId: string, response: ServerResponse): Readable {
    const archive = tarStream((signal) => exportTenant(this.context, tenant, signal))
    const begun = { tenant, keyId, archive }
    this.running.add(begun)
    void archive.ended.finally(() => this.running.delete(begun))
    // Where nothing waits to be sent, it is the archive that takes long, not its reader.
    response.setTimeout(this.stalledMs, () => {
      if (response.writableLength > 0) response.destroy()
    })
    return archive.stream
  }

  /** Ends those of a key: it is refused from now on. */
  endKey(keyId: string): void {
    for (const { archive, ...begun } of this.running) if (begun.keyId === keyId) archive.stream.destroy(new MillraceError('KEY_REQUIRED'))
  }

  /** Resolves when none of the tenant reads anything any more, nor holds files. */
  async forgetTenant(tenant: string): Promise<void> {
    const own = [...this.running].filter((begun) => begun.tenant === tenant).map(({ archive }) => archive)
    for (const { stream } of own) stream.destroy(new MillraceError('TENANT_UNKNOWN', { tenant }))
    await Promise.all(own.map(({ ended }) => ended))
  }
}
