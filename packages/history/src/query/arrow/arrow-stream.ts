import type { DuckDBType, DuckDBValue } from '@duckdb/node-api'
import { addColumn, type BatchParts } from './arrow-buffers.ts'
import { type ArrowType, arrowType, fieldTable } from './arrow-type.ts'
import { type FlatField, type FlatTable, flatBuffer } from './flat-table.ts'

const metadataV5 = 4
const header = { schema: 1, batch: 3 } as const
const align = 8

/** Messages of an Arrow IPC stream (format "Encapsulated message format", Schema.fbs, Message.fbs). */
export class ArrowStream {
  private readonly types: readonly ArrowType[]
  private readonly names: readonly string[]

  constructor(columns: readonly { readonly name: string; readonly type: DuckDBType }[]) {
    this.types = columns.map(({ type }) => arrowType(type))
    this.names = columns.map(({ name }) => name)
  }

  /** What a stream begins with. */
  schema(): Uint8Array {
    const fields = this.types.map((type, at) => fieldTable(this.names[at] as string, type))
    return message(header.schema, [null, { kind: 'tables', value: fields }], [])
  }

  /** Rows, column by column. */
  batch(columns: readonly (readonly DuckDBValue[])[], rows: number): Uint8Array {
    const parts: BatchParts = { nodes: [], buffers: [] }
    this.types.forEach((type, at) => {
      addColumn(type, columns[at] as readonly DuckDBValue[], parts)
    })
    let end = 0
    const places = parts.buffers.map(({ length }) => {
      const at = end
      end = aligned(at + length)
      return [at, length] as const
    })
    const table: FlatTable = [
      { kind: 'int64', value: BigInt(rows) },
      { kind: 'pairs', value: parts.nodes },
      { kind: 'pairs', value: places },
    ]
    return message(header.batch, table, parts.buffers)
  }

  /** What it ends with. */
  end(): Uint8Array {
    return new Uint8Array(new Uint32Array([0xffffffff, 0]).buffer)
  }
}

function message(kind: number, table: FlatTable, buffers: readonly Uint8Array[]): Uint8Array {
  const bodyBytes = buffers.reduce((sum, { length }) => sum + aligned(length), 0)
  const length: FlatField = { kind: 'int64', value: BigInt(bodyBytes) }
  const metadata = flatBuffer([{ kind: 'int16', value: metadataV5 }, { kind: 'uint8', value: kind }, { kind: 'table', value: table }, length])
  const bytes = new Uint8Array(8 + metadata.length + bodyBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0xffffffff, true)
  view.setUint32(4, metadata.length, true)
  bytes.set(metadata, 8)
  let at = 8 + metadata.length
  for (const buffer of buffers) {
    bytes.set(buffer, at)
    at += aligned(buffer.length)
  }
  return bytes
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / align) * align
}
