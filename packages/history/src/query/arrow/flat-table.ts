/** A table of a FlatBuffer: its fields by slot; null: absent, the default. */
export type FlatTable = readonly (FlatField | null)[]

export type FlatField =
  | { readonly kind: 'uint8' | 'int16' | 'int32'; readonly value: number }
  | { readonly kind: 'int64'; readonly value: bigint }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'table'; readonly value: FlatTable }
  | { readonly kind: 'tables'; readonly value: readonly FlatTable[] }
  /** Structs of pairs of int64, which Arrow uses for nodes and buffers. */
  | { readonly kind: 'pairs'; readonly value: readonly (readonly [number, number])[] }

const inlineBytes = { uint8: 1, int16: 2, int32: 4, int64: 8, string: 4, table: 4, tables: 4, pairs: 4 } as const
const utf8 = new TextEncoder()

/** A FlatBuffer with this root. Parents stand before what they refer to, as references only lead forward. */
export function flatBuffer(root: FlatTable): Uint8Array {
  const writer = new FlatWriter()
  writer.refer(writer.reserve(4, 4), () => writer.table(root))
  return writer.finish()
}

class FlatWriter {
  private bytes = new Uint8Array(1024)
  private view = new DataView(this.bytes.buffer)
  private used = 0

  /** Room at the next multiple of `align`; zeroed. */
  reserve(length: number, align: number): number {
    const at = Math.ceil(this.used / align) * align
    this.used = at + length
    if (this.used > this.bytes.length) {
      const larger = new Uint8Array(this.used * 2)
      larger.set(this.bytes)
      this.bytes = larger
      this.view = new DataView(larger.buffer)
    }
    return at
  }

  /** Writes what the reference at `place` leads to. */
  refer(place: number, write: () => number): void {
    const at = write()
    this.view.setUint32(place, at - place, true)
  }

  table(fields: FlatTable): number {
    // Each is aligned: the table begins at a multiple of 8, with 4 bytes that lead to its vtable; fields of 4 bytes come next.
    const present = fields.flatMap((field, slot) => (field === null ? [] : [{ field, slot }]))
    const places = new Map<number, number>()
    let size = 4
    for (const width of [4, 8, 2, 1]) {
      for (const { slot } of present.filter(({ field: { kind } }) => inlineBytes[kind] === width)) {
        size = Math.ceil(size / width) * width
        places.set(slot, size)
        size += width
      }
    }
    const vtable = this.reserve(4 + 2 * fields.length, 2)
    const table = this.reserve(size, 8)
    this.view.setUint16(vtable, 4 + 2 * fields.length, true)
    this.view.setUint16(vtable + 2, size, true)
    for (const [slot, place] of places) this.view.setUint16(vtable + 4 + 2 * slot, place, true)
    this.view.setInt32(table, table - vtable, true)
    for (const { field, slot } of present) this.field(table + (places.get(slot) as number), field)
    return table
  }

  finish(): Uint8Array {
    this.reserve(0, 8)
    return this.bytes.slice(0, this.used)
  }

  private field(place: number, field: FlatField): void {
    switch (field.kind) {
      case 'uint8':
        this.view.setUint8(place, field.value)
        break
      case 'int16':
        this.view.setInt16(place, field.value, true)
        break
      case 'int32':
        this.view.setInt32(place, field.value, true)
        break
      case 'int64':
        this.view.setBigInt64(place, field.value, true)
        break
      case 'string':
        this.refer(place, () => this.text(field.value))
        break
      case 'table':
        this.refer(place, () => this.table(field.value))
        break
      case 'tables':
        this.refer(place, () => this.tables(field.value))
        break
      case 'pairs':
        this.refer(place, () => this.pairs(field.value))
    }
  }

  private text(value: string): number {
    const encoded = utf8.encode(value)
    const at = this.reserve(4 + encoded.length + 1, 4)
    this.view.setUint32(at, encoded.length, true)
    this.bytes.set(encoded, at + 4)
    return at
  }

  private tables(tables: readonly FlatTable[]): number {
    const at = this.reserve(4 + 4 * tables.length, 4)
    this.view.setUint32(at, tables.length, true)
    tables.forEach((table, index) => {
      this.refer(at + 4 + 4 * index, () => this.table(table))
    })
    return at
  }

  private pairs(pairs: readonly (readonly [number, number])[]): number {
    // Its length stands right before the first pair, which begins at a multiple of 8.
    const at = this.reserve(8 + 16 * pairs.length, 8) + 4
    this.view.setUint32(at, pairs.length, true)
    pairs.forEach(([first, second], index) => {
      this.view.setBigInt64(at + 4 + 16 * index, BigInt(first), true)
      this.view.setBigInt64(at + 12 + 16 * index, BigInt(second), true)
    })
    return at
  }
}
