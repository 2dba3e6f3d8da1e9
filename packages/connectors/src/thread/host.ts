import type { MessagePort, Transferable } from 'node:worker_threads'
import type { SinkSystem, SourceSystem } from '@millrace/api/schemas'
import { MillraceError } from '@millrace/plan'
import type { Messages, Sink, SinkOpening, Source, SourceOpening } from '../contract.ts'
import { lost } from '../failures.ts'
import { systemOf } from '../systems.ts'
import { type Answered, type NumberedOrder, type Order, packed, type Report } from './orders.ts'

interface OpenedSource {
  readonly source: Source
  last: Messages | null
}

/** The sources and sinks that a thread has open, and what it is asked to do with them. */
export class Host {
  readonly #port: MessagePort
  /** Also while they are being opened. */
  readonly #sources = new Map<number, Promise<OpenedSource>>()
  readonly #sinks = new Map<number, Promise<Sink>>()

  constructor(port: MessagePort) {
    this.#port = port
    port.on('message', (numbered: NumberedOrder) => void this.#take(numbered))
  }

  async #take({ number, order }: NumberedOrder): Promise<void> {
    try {
      this.#report({ number, answer: await this.#obey(order), failure: null })
    } catch (error) {
      const { code, context } = error instanceof MillraceError ? error : lost(nameOf(order), textOf(error), error)
      this.#report({ number, answer: null, failure: { code, context } })
    }
  }

  async #obey(order: Order): Promise<Answered> {
    const { connector } = order
    switch (order.call) {
      case 'openSource':
        await put(this.#sources, connector, openedSource(order.system, order.opening))
        return null
      case 'openSink':
        await put(this.#sinks, connector, openedSink(order.system, order.opening))
        return null
      case 'next': {
        const open = await get(this.#sources, connector)
        open.last = await open.source.next()
        return packed(open.last)
      }
      case 'accepted': {
        const { source, last } = await get(this.#sources, connector)
        if (last !== null) await source.accepted(last)
        return null
      }
      case 'write':
        return await (await get(this.#sinks, connector)).write(order.rows)
      case 'close':
        return await this.#close(connector)
    }
  }

  /** What is still being opened is closed as soon as it is open. */
  async #close(connector: number): Promise<null> {
    const source = this.#sources.get(connector)?.then((opened) => opened.source)
    const opening = source ?? this.#sinks.get(connector)
    this.#sources.delete(connector)
    this.#sinks.delete(connector)
    const open = await opening?.catch(() => null)
    await open?.close()
    return null
  }

  #report(report: Report): void {
    const { answer } = report
    const moved: Transferable[] = answer !== null && 'bytes' in answer ? [answer.bytes.buffer, answer.ends.buffer] : []
    this.#port.postMessage(report, moved)
  }
}

async function openedSource(system: SourceSystem, opening: SourceOpening<unknown>): Promise<OpenedSource> {
  const { openSource } = await systemOf(system)
  if (openSource === null) throw new Error('nothing comes from it')
  return { source: await openSource(checked(opening)), last: null }
}

async function openedSink(system: SinkSystem, opening: SinkOpening<unknown>): Promise<Sink> {
  const { openSink } = await systemOf(system)
  if (openSink === null) throw new Error('nothing goes to it')
  return await openSink(checked(opening))
}

async function put<T>(open: Map<number, Promise<T>>, connector: number, opening: Promise<T>): Promise<void> {
  open.set(connector, opening)
  await opening
}

async function get<T>(open: ReadonlyMap<number, Promise<T>>, connector: number): Promise<T> {
  const found = open.get(connector)
  if (found === undefined) throw closed()
  return await found
}

function closed(): MillraceError {
  return lost('The connection', 'it was closed')
}

function nameOf(order: Order): string {
  return 'system' in order ? order.system : 'The system'
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Settings were checked by the system's schema before they were kept. */
function checked<O extends { readonly settings: unknown }>(opening: O): O & { readonly settings: never } {
  return opening as O & { readonly settings: never }
}
