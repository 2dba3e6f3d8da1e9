import { Dictionary } from '@millrace/columns'
import { type Zone, zoneOf } from '@millrace/plan'

const mostNames = 4096

/** Zones by the bytes of their names, without a string per record. */
export class ZoneNames {
  private names = new Dictionary()
  private zones: (Zone | undefined)[] = []

  find(bytes: Uint8Array, from: number, to: number): Zone | undefined {
    if (to - from > 64) return undefined
    if (this.names.size >= mostNames) {
      this.names = new Dictionary()
      this.zones = []
    }
    const entry = this.names.intern(bytes, from, to)
    if (entry === this.zones.length) this.zones.push(zoneOf(normal(this.names.text(entry))))
    return this.zones[entry]
  }
}

function normal(name: string): string {
  return name === 'z' ? 'Z' : name
}
