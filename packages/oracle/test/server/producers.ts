import { setTimeout as after } from 'node:timers/promises'
import { type IntakeReceipt, MillraceClient } from '@millrace/api'
import mqtt, { type MqttClient } from 'mqtt'
import type { Draw } from '../random/draw.ts'
import type { Entry } from './ledger.ts'
import { LineProducer } from './line-producer.ts'
import type { NumberedLines, NumberedStream } from './numbered-lines.ts'

export interface ProducerContext {
  readonly url: string
  readonly mqttUrl: string
  readonly tcpPort: number
  readonly tenant: string
  readonly key: string
  readonly lines: NumberedLines
  readonly draw: Draw
  /** What is sent goes here before it is sent. */
  readonly ledger: Entry[]
  /** Aborted where nobody asks any more what becomes of it. */
  readonly gone: AbortSignal
}

/** Sends until it is stopped; then all that it began is acknowledged, or given up where nobody repeats it. */
export interface Producer {
  stop(): Promise<void>
}

/** Every producer has numbers of its own. */
let numbered = 0
const numbersOfProducer = 1_000_000
const firstNumber = 100_000_000

const retries = { tries: 10_000, firstDelayMs: 50, mostDelayMs: 120 }

/** Bodies with producer and sequence, up to three at a time, repeated until they are acknowledged; some connections are cut. */
export function openBodies(context: ProducerContext, stream: NumberedStream): Producer {
  const client = new MillraceClient({ url: context.url, key: context.key, retries })
  const id = `bodies-${numbered}`
  let sequence = 0
  return sending(context, stream, 'body', 3, async (entry) => {
    const body = { producer: { id, sequence: sequence++ }, format: entry.lines.type === 'text/csv' ? ('csv' as const) : ('ndjson' as const) }
    if (context.draw.chance(0.05)) await cutAfter(context.draw.whole(0, 4), (signal) => client.sendRecords(stream, entry.lines.text, { ...body, signal }))
    entry.receipt = await client.sendRecords(stream, entry.lines.text, { ...body, signal: context.gone })
    return true
  })
}

async function cutAfter(ms: number, send: (signal: AbortSignal) => Promise<IntakeReceipt>): Promise<void> {
  await send(AbortSignal.timeout(ms)).catch(() => {})
}

/** Bodies without a producer, one at a time, each sent once. */
export function openLoose(context: ProducerContext, stream: NumberedStream): Producer {
  const { url, key } = context
  return sending(context, stream, 'loose', 1, async ({ lines: { text, type } }) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': type }
    const answer = await fetch(`${url}/v1/streams/${stream}/records`, { method: 'POST', headers, body: text }).catch(() => null)
    await answer?.text().catch(() => {})
    return answer?.status === 200
  })
}

/** Lines over TCP in the stream's own format, of a producer: it goes on behind those that are durable. */
export function openLines(context: ProducerContext, stream: NumberedStream): Producer {
  const producer = new LineProducer(context.tcpPort, context.key, stream, `lines-${numbered}`, context.gone)
  return sending(context, stream, 'lines', 3, async (entry) => {
    await producer.send(entry.lines.text)
    return true
  })
}

/** Messages in the stream's own format, QoS 1; the client sends them again after it connected anew. */
export async function openMessages(context: ProducerContext, stream: NumberedStream): Promise<Producer> {
  const { mqttUrl, tenant, key, draw, gone } = context
  const client = mqtt.connect(mqttUrl, {
    username: tenant,
    password: key,
    clientId: `messages-${numbered}`,
    protocolVersion: 4,
    reconnectPeriod: 60,
    clean: true,
  })
  const entries = new Map<string, Entry>()
  client.on('error', () => {})
  gone.addEventListener('abort', () => client.end(true))
  client.on('packetsend', (packet) => {
    const entry = packet.cmd === 'publish' ? entries.get(packet.payload.toString()) : undefined
    if (entry !== undefined) entry.tries++
  })
  const producer = sending(context, stream, 'message', 4, async (entry) => {
    entries.set(entry.lines.text, entry)
    entry.tries = 0
    const topic = `streams/${stream}${draw.chance(0.5) ? '/device' : ''}`
    while (!gone.aborted && !(await acknowledged(client, topic, entry.lines.text))) await after(20)
    entries.delete(entry.lines.text)
    return true
  })
  return {
    async stop() {
      await producer.stop()
      await client.endAsync(true)
    },
  }
}

/** The client gives up where a connection ends while it sends again what an earlier one left. */
function acknowledged(client: MqttClient, topic: string, text: string): Promise<boolean> {
  return client.publishAsync(topic, text, { qos: 1 }).then(
    () => true,
    () => false,
  )
}

/** Up to so many on their way, with pauses between; `send` answers whether it was acknowledged. */
function sending(context: ProducerContext, stream: NumberedStream, kind: Entry['kind'], most: number, send: (entry: Entry) => Promise<boolean>): Producer {
  const { draw, ledger, lines, gone } = context
  let stopped = false
  let number = firstNumber + numbersOfProducer * numbered++
  const one = async (): Promise<void> => {
    while (!stopped && !gone.aborted) {
      const count = draw.whole(1, kind === 'message' ? 4 : 12)
      const entry: Entry = {
        stream,
        kind,
        lines: lines.of(stream, number, count, kind === 'message' || kind === 'lines'),
        tries: 1,
        acknowledged: false,
        receipt: null,
      }
      number += count
      ledger.push(entry)
      entry.acknowledged = await send(entry)
      await after(draw.whole(0, 150))
    }
  }
  const all = Promise.all(Array.from({ length: most }, one))
  all.catch(() => {})
  return {
    async stop() {
      stopped = true
      await all
    },
  }
}
