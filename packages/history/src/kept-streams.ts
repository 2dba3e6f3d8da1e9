import { totalsOf } from './files/totals.ts'
import type { StreamWriter } from './writing/stream-writer.ts'

/** Streams that are kept or were once, by tenant. */
export class KeptStreams {
  private readonly tenants = new Map<string, Map<string, StreamWriter>>()

  get(tenant: string, stream: string): StreamWriter | null {
    return this.tenants.get(tenant)?.get(stream) ?? null
  }

  set(writer: StreamWriter): void {
    const { tenant, stream } = writer.followed
    const own = this.tenants.get(tenant) ?? new Map<string, StreamWriter>()
    this.tenants.set(tenant, own.set(stream, writer))
  }

  delete(tenant: string, stream: string): void {
    const own = this.tenants.get(tenant)
    own?.delete(stream)
    if (own?.size === 0) this.tenants.delete(tenant)
  }

  of(tenant: string): readonly StreamWriter[] {
    return [...(this.tenants.get(tenant)?.values() ?? [])]
  }

  all(): readonly StreamWriter[] {
    return [...this.tenants.values()].flatMap((own) => [...own.values()])
  }

  bytes(tenant: string): number {
    let bytes = 0
    for (const { folder } of this.tenants.get(tenant)?.values() ?? []) bytes += totalsOf(folder.manifest).bytes
    return bytes
  }
}
