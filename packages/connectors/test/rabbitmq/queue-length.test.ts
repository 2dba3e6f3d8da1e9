import { expect, it } from 'vitest'
import { QueueLength } from '../../src/rabbitmq/queue-length.ts'

it('what is delivered together with the answer does not wait any more', async () => {
  const asked = Promise.withResolvers<{ queue: string; messageCount: number; consumerCount: number }>()
  const length = new QueueLength({ checkQueue: () => asked.promise }, 'queue', 10, 0)
  length.askAgain()
  asked.resolve({ queue: 'q', messageCount: 3, consumerCount: 1 })
  for (let message = 0; message < 3; message++) length.delivered()
  await asked.promise
  expect(length.now).toBe(0)
})
