import { decodeBatch, isSet } from '@millrace/columns'

/** Follows the event times of a stream as its records are appended. */
export class EventOrder {
  /** Column of the event time. */
  private readonly time: string
  private highestMs = Number.NEGATIVE_INFINITY

  constructor(time: string) {
    this.time = time
  }

  /** How many of the records have a time before that of one that came earlier; what came before the server began is not known. */
  take(payload: Uint8Array): number {
    const { fields, columns } = decodeBatch(payload)
    const column = columns[fields.findIndex(({ name }) => name === this.time)]
    if (column?.kind !== 'timestamp') return 0
    const { values, validity } = column
    let behind = 0
    for (let row = 0; row < values.length; row++) {
      if (validity !== null && !isSet(validity, row)) continue
      const ms = values[row] as number
      if (ms < this.highestMs) behind++
      else this.highestMs = ms
    }
    return behind
  }
}
