import type { ConsumeMessage } from 'amqplib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostBytes, mostMessages } from '../../src/contract.ts'
import { Deliveries } from '../../src/rabbitmq/deliveries.ts'

const sizes = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 50 }), fc.constantFrom(300_000, mostBytes - 1, mostBytes + 1)), { maxLength: 5000, size: 'max' })

describe('messages that wait', () => {
  it('are taken in their order, none left out, as many as a batch may have and no fewer', () => {
    fc.assert(
      fc.property(sizes, (lengths) => {
        const deliveries = new Deliveries()
        for (const [index, length] of lengths.entries()) deliveries.add(message(index, length))
        const taken: number[] = []
        while (deliveries.count > 0) {
          const batch = deliveries.take()
          taken.push(...batch.map(({ fields }) => fields.deliveryTag))
          const bytes = batch.reduce((sum, { content }) => sum + content.length, 0)
          expect(batch.length).toBeLessThanOrEqual(mostMessages)
          expect(bytes - batch.at(-1)!.content.length).toBeLessThan(mostBytes)
          expect(deliveries.count === 0 || batch.length === mostMessages || bytes >= mostBytes).toBe(true)
        }
        expect(taken).toEqual([...lengths.keys()])
        expect(deliveries.bytes).toBe(0)
      }),
      { numRuns: 30 },
    )
  })
})

const zeros = Buffer.alloc(mostBytes + 1)

function message(deliveryTag: number, length: number): ConsumeMessage {
  const fields = { deliveryTag, redelivered: false, exchange: '', routingKey: '', consumerTag: '' }
  return { content: zeros.subarray(0, length), fields, properties: noProperties }
}

const nothing = undefined
const noProperties = {
  contentType: nothing,
  contentEncoding: nothing,
  headers: nothing,
  deliveryMode: nothing,
  priority: nothing,
  correlationId: nothing,
  replyTo: nothing,
  expiration: nothing,
  messageId: nothing,
  timestamp: nothing,
  type: nothing,
  userId: nothing,
  appId: nothing,
  clusterId: nothing,
}
