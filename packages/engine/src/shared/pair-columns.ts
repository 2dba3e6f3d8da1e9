import type { BoolColumn, Column, Dictionary, Float64Column, Int32Column, ListColumn, StringColumn } from '@millrace/columns'

/** Which row of a batch each of `count` pairs is of. */
export interface PairPlaces {
  readonly rows: Int32Array
  readonly count: number
}

/** A column's values by pair. They are gathered when they are first read: most columns never are. */
class PairColumn<V extends Int32Array | Float64Array | Uint8Array> {
  protected source: { readonly values: V; readonly validity: Uint8Array | null } | null = null
  protected places: PairPlaces = { rows: new Int32Array(0), count: 0 }
  private readonly gather: (from: V, places: PairPlaces, to: V | null) => V
  private own: V | null = null
  private bits: Uint8Array | null = null
  private valuesDone = false
  private validityDone = false

  constructor(gather: (from: V, places: PairPlaces, to: V | null) => V) {
    this.gather = gather
  }

  begin(source: { readonly values: V; readonly validity: Uint8Array | null }, places: PairPlaces): void {
    this.source = source
    this.places = places
    this.valuesDone = false
    this.validityDone = false
  }

  get values(): V {
    if (!this.valuesDone && this.source !== null) {
      this.own = this.gather(this.source.values, this.places, this.own)
      this.valuesDone = true
    }
    return this.own as V
  }

  get validity(): Uint8Array | null {
    if (this.source === null || this.source.validity === null) return null
    if (!this.validityDone) {
      this.bits = gatherBits(this.source.validity, this.places, this.bits)
      this.validityDone = true
    }
    return this.bits
  }
}

class PairInt32 extends PairColumn<Int32Array> implements Int32Column {
  readonly kind = 'int32'
  constructor() {
    super(gatherWhole)
  }
}

class PairFloat64 extends PairColumn<Float64Array> implements Float64Column {
  readonly kind: Float64Column['kind']
  constructor(kind: Float64Column['kind']) {
    super(gatherNumbers)
    this.kind = kind
  }
}

class PairBool extends PairColumn<Uint8Array> implements BoolColumn {
  readonly kind = 'bool'
  constructor() {
    super(gatherBits)
  }
}

class PairString extends PairColumn<Int32Array> implements StringColumn {
  readonly kind = 'string'
  constructor() {
    super(gatherWhole)
  }
  get dictionary(): Dictionary {
    return (this.source as StringColumn | null)?.dictionary as Dictionary
  }
}

export type GatheredColumn = PairInt32 | PairFloat64 | PairBool | PairString

export function pairColumn(kind: Exclude<Column, ListColumn>['kind']): GatheredColumn {
  switch (kind) {
    case 'int32':
      return new PairInt32()
    case 'bool':
      return new PairBool()
    case 'string':
      return new PairString()
    default:
      return new PairFloat64(kind)
  }
}

/** `column`: of the kind that `pairs` was made for. */
export function beginPairs(pairs: GatheredColumn, column: Column, places: PairPlaces): void {
  if (pairs.kind === 'int32' && column.kind === 'int32') pairs.begin(column, places)
  else if (pairs.kind === 'bool' && column.kind === 'bool') pairs.begin(column, places)
  else if (pairs.kind === 'string' && column.kind === 'string') pairs.begin(column, places)
  else if (pairs instanceof PairFloat64 && column.kind === pairs.kind) pairs.begin(column, places)
  else throw new Error(`a column of ${column.kind} where the plan has ${pairs.kind}`)
}

export function gatherNumbers(from: Float64Array, { rows, count }: PairPlaces, to: Float64Array | null): Float64Array {
  const gathered = to !== null && to.length >= count ? to : new Float64Array(Math.max(64, count * 2))
  for (let at = 0; at < count; at++) gathered[at] = from[rows[at] as number] as number
  return gathered
}

function gatherWhole(from: Int32Array, { rows, count }: PairPlaces, to: Int32Array | null): Int32Array {
  const gathered = to !== null && to.length >= count ? to : new Int32Array(Math.max(64, count * 2))
  for (let at = 0; at < count; at++) gathered[at] = from[rows[at] as number] as number
  return gathered
}

/** Eight pairs a byte. */
function gatherBits(from: Uint8Array, { rows, count }: PairPlaces, to: Uint8Array | null): Uint8Array {
  const bytes = (count + 7) >> 3
  const gathered = to !== null && to.length >= bytes ? to : new Uint8Array(Math.max(8, bytes * 2))
  gathered.fill(0, 0, bytes)
  for (let at = 0; at < count; at++) {
    const row = rows[at] as number
    gathered[at >> 3]! |= (((from[row >> 3] as number) >> (row & 7)) & 1) << (at & 7)
  }
  return gathered
}
