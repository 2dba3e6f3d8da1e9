import type { Cluster } from './cluster.ts'
import { isRefused } from './failures.ts'
import { type Offsets, showOffsets } from './offsets.ts'

const everyMs = 5000

/** Keeps a source's offsets in the group that is called as the source, for Kafka's own tools. Reading does not depend on it: a right that lacks ends it. */
export class LagShown {
  private readonly cluster: Cluster
  private readonly groupId: string
  private nextAt = 0

  constructor(cluster: Cluster, groupId: string) {
    this.cluster = cluster
    this.groupId = groupId
  }

  /** Now and then. Never fails. */
  show(offsets: Offsets): void {
    if (performance.now() < this.nextAt) return
    this.nextAt = performance.now() + everyMs
    showOffsets(this.cluster, this.groupId, new Map(offsets)).catch((error: unknown) => {
      if (isRefused(error)) this.nextAt = Number.POSITIVE_INFINITY
    })
  }
}
