import type { Field } from '@millrace/plan'

/** Code that stores ASCII and other bytes at p, four at a time, and moves p. */
export function literalCode(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const stores: string[] = []
  let at = 0
  for (; at + 4 <= bytes.length; at += 4) stores.push(`view.setInt32(p + ${at} | 0, ${view.getInt32(at, true)}, true);`)
  for (; at < bytes.length; at++) stores.push(`bytes[p + ${at} | 0] = ${bytes[at]};`)
  return `${stores.join(' ')} p = p + ${bytes.length} | 0;`
}

/** Names of a column's arrays in generated code. */
export function columnCode(fields: readonly Field[]): string {
  return fields
    .map((field, i) => {
      const column = `const column${i} = batch.columns[${i}], v${i} = column${i}.validity`
      if (typeof field.type !== 'string') return `${column};`
      return `${column}, c${i} = column${i}.values${field.type === 'string' ? `, o${i} = column${i}.dictionary.offsets, d${i} = column${i}.dictionary.bytes` : ''};`
    })
    .join('\n')
}

/** Bytes that a row's texts need at most, a factor for each byte, as an expression. */
export function textRoomCode(fields: readonly Field[], factor: number): string {
  const lengths = fields.flatMap((field, i) => (field.type === 'string' ? [`o${i}[c${i}[row] + 1] - o${i}[c${i}[row]]`] : []))
  return lengths.length === 0 ? '0' : `${factor} * (${lengths.join(' + ')})`
}

/** Code that asks for room for a row and takes up the arrays, which may have become others. */
export function roomCode(needed: string): string {
  return `if ((p + ${needed} | 0) > capacity) { out.room(p, ${needed}); bytes = out.bytes; view = out.view; capacity = bytes.length - 16 | 0; }`
}

/** Writes the row's value of a column that holds no lists; `textCode`: how the format writes texts. */
export function valueCode(field: Field, i: number, textCode: string): string {
  switch (field.type) {
    case 'bool':
      return `if (c${i}[row >> 3] >> (row & 7) & 1) { view.setInt32(p, 0x65757274, true); p = p + 4 | 0; } else { view.setInt32(p, 0x736c6166, true); bytes[p + 4 | 0] = 101; p = p + 5 | 0; }`
    case 'float64':
      return `p = writeDecimal(out, p, c${i}[row]);`
    case 'timestamp':
      return `p = times[${i}].write(out, p, c${i}[row]);`
    case 'string':
      return textCode
    default:
      return `p = writeWhole(out, p, c${i}[row]);`
  }
}
