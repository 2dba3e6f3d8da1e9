import { type Batch, decodeBatch } from '@millrace/columns'
import { deadStream } from '@millrace/jobs'
import { type Log, openLog } from '@millrace/log'
import { SimulatedDisk } from '@millrace/log/testing'
import type { Format, StreamNode } from '@millrace/plan'
import type { Intake } from '../../src/intake/intake.ts'
import { type IntakeLimits, openIntake } from '../../src/intake/open-intake.ts'
import type { RegisteredStream, StreamRegistry } from '../../src/streams/stream-registry.ts'

export const nowMs = 1_700_000_000_000

export const node: StreamNode = {
  schema: {
    columns: [
      { name: 'at', type: { kind: 'timestamp', format: 'epoch-ms' } },
      { name: 'sensor', type: { kind: 'string' } },
      { name: 'value', type: { kind: 'float64' } },
    ],
  },
  format: { kind: 'ndjson' },
  time: 'at',
  withoutTime: 'reject',
  watermark: { kind: 'monotonic' },
  idleTimeoutMs: null,
  maxAheadMs: 3_600_000,
  unknownFields: 'lenient',
  key: ['sensor'],
}

export interface Row {
  readonly sensor: string
  readonly value: number
}

/** An intake over a log on a simulated disk, with the streams `readings` (NDJSON), `table` (CSV) and `objects` (JSON) of every tenant. */
export class Ground {
  readonly disk: SimulatedDisk
  readonly log: Log
  readonly intake: Intake
  readonly streams: StreamRegistry = { find: (tenant, stream) => (Object.hasOwn(formats, stream) ? streamOf(tenant, stream) : null) }

  static async open(limits: IntakeLimits = {}): Promise<Ground> {
    const disk = new SimulatedDisk()
    const log = await openLog({ directory: '/log', files: disk, clock: () => nowMs })
    return new Ground(disk, log, limits)
  }

  /** The same log, opened anew by another process. */
  async reopened(limits: IntakeLimits = {}): Promise<Ground> {
    await this.log.close()
    return new Ground(this.disk, await openLog({ directory: '/log', files: this.disk, clock: () => nowMs }), limits)
  }

  private constructor(disk: SimulatedDisk, log: Log, limits: IntakeLimits) {
    this.disk = disk
    this.log = log
    this.intake = openIntake(log, limits)
  }

  async rows(tenant = 't', stream = 'readings'): Promise<readonly Row[]> {
    const rows: Row[] = []
    for (const payload of await this.#payloads(tenant, stream)) rows.push(...rowsOf(decodeBatch(payload)))
    return rows
  }

  async dead(tenant = 't', stream = 'readings'): Promise<readonly { readonly record: number; readonly code: string; readonly text: string }[]> {
    const texts = (await this.#payloads(tenant, deadStream(stream))).map((payload) => new TextDecoder().decode(payload))
    return texts.flatMap((text) => text.trim().split('\n')).map((line) => JSON.parse(line))
  }

  async #payloads(tenant: string, stream: string): Promise<readonly Uint8Array[]> {
    const reader = this.log.reader({ tenant, streams: [stream] })
    const payloads: Uint8Array[] = []
    for (let pieces = await reader.read(); pieces.length > 0; pieces = await reader.read()) payloads.push(...pieces.map(({ chunk }) => chunk.payload))
    reader.close()
    return payloads
  }
}

const formats: Readonly<Record<string, Format>> = {
  readings: { kind: 'ndjson' },
  table: { kind: 'csv', separator: ';', header: 'absent' },
  objects: { kind: 'json' },
}

/** Its records are told apart by `sensor`. */
export function streamOfIds(): RegisteredStream {
  return { ...streamOf(), node: { ...node, messageId: 'sensor' } }
}

export function streamOf(tenant = 't', name = 'readings'): RegisteredStream {
  return { tenant, name, version: 3, node: { ...node, format: formats[name] as Format } }
}

export function line(value: number, sensor = 'a'): string {
  return `{"at":${nowMs},"sensor":"${sensor}","value":${value}}\n`
}

export function lines(from: number, count: number): string {
  return Array.from({ length: count }, (_, i) => line(from + i)).join('')
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

function rowsOf(batch: Batch): readonly Row[] {
  const [, sensor, value] = batch.columns
  if (sensor?.kind !== 'string' || value?.kind !== 'float64') throw new Error('other columns')
  return Array.from({ length: batch.rows }, (_, row) => ({ sensor: sensor.dictionary.text(sensor.values[row] as number), value: value.values[row] as number }))
}
