import type { MessagePort, Transferable } from 'node:worker_threads'
import { MillraceError } from '@millrace/plan'
import type { Messages, Sink, Source } from '../contract.ts'
import { lost } from '../failures.ts'
import { systemOf } from '../systems.ts'
import { type Answered, type NumberedOrder, type Order, packed, type Report } from './orders.ts'

/** The sources and sinks that a thread has open, and what it is asked to do with them. */
export class Host {
  readonly #port: MessagePort
  readonly #sources = new Map<number, { readonly source: Source; last: Messages | null }>()
  readonly #sinks = new Map<number, Sink>()

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
      case 'openSource': {
        const { openSource } = await systemOf(order.system)
        if (openSource === null) throw new Error('nothing comes from it')
        this.#sources.set(connector, { source: await openSource(checked(order.opening)), last: null })
        return null
      }
      case 'openSink': {
        const { openSink } = await systemOf(order.system)
        if (openSink === null) throw new Error('nothing goes to it')
        this.#sinks.set(connector, await openSink(checked(order.opening)))
        return null
      }
      case 'next': {
        const open = this.#source(connector)
        open.last = await open.source.next()
        return packed(open.last)
      }
      case 'accepted': {
        const { source, last } = this.#source(connector)
        if (last !== null) await source.accepted(last)
        return null
      }
      case 'write':
        return await this.#sink(connector).write(order.rows)
      case 'close':
        return await this.#close(connector)
    }
  }

  async #close(connector: number): Promise<null> {
    const open = this.#sources.get(connector)?.source ?? this.#sinks.get(connector)
    this.#sources.delete(connector)
    this.#sinks.delete(connector)
    await open?.close()
    return null
  }

  #source(connector: number) {
    const found = this.#sources.get(connector)
    if (found === undefined) throw closed()
    return found
  }

  #sink(connector: number): Sink {
    const found = this.#sinks.get(connector)
    if (found === undefined) throw closed()
    return found
  }

  #report(report: Report): void {
    const { answer } = report
    const moved: Transferable[] = answer !== null && 'bytes' in answer ? [answer.bytes.buffer, answer.ends.buffer] : []
    this.#port.postMessage(report, moved)
  }
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
