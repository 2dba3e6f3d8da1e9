import type { ConsumeMessage } from 'amqplib'
import { mostBytes, mostMessages } from '../contract.ts'

/** Messages that came and were not given on, in their order. */
export class Deliveries {
  private readonly messages: ConsumeMessage[] = []
  /** Of their bodies. */
  bytes = 0

  get count(): number {
    return this.messages.length
  }

  add(message: ConsumeMessage): void {
    this.messages.push(message)
    this.bytes += message.content.length
  }

  /** The first ones, as many as make a batch. */
  take(): readonly ConsumeMessage[] {
    let [count, bytes] = [0, 0]
    while (count < Math.min(this.messages.length, mostMessages) && bytes < mostBytes) bytes += this.messages[count++]!.content.length
    this.bytes -= bytes
    return this.messages.splice(0, count)
  }
}
