/** A bitmap of at least `bits` bits with all bits set, or null where nothing can be missing; sizes are whole 8 bytes. */
export function newValidity(nullable: boolean, bits: number): Uint8Array | null {
  return nullable ? new Uint8Array(bitmapBytes(bits)).fill(0xff) : null
}

/** A longer copy; the new bits are set. */
export function growValidity(validity: Uint8Array | null, bits: number): Uint8Array | null {
  if (validity === null) return null
  const grown = new Uint8Array(bitmapBytes(bits)).fill(0xff)
  grown.set(validity)
  return grown
}

export function bitmapBytes(bits: number): number {
  return ((bits + 63) >>> 6) << 3
}

export function isSet(bitmap: Uint8Array, row: number): boolean {
  return (((bitmap[row >> 3] as number) >> (row & 7)) & 1) === 1
}

export function setBit(bitmap: Uint8Array, row: number): void {
  bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7))
}

export function clearBit(bitmap: Uint8Array, row: number): void {
  bitmap[row >> 3] = (bitmap[row >> 3] as number) & ~(1 << (row & 7))
}
