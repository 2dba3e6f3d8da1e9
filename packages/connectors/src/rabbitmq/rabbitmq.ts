import type { RabbitmqSink, RabbitmqSource } from '@millrace/api/schemas'
import type { System } from '../contract.ts'
import { openRabbitmqSink } from './sink.ts'
import { openRabbitmqSource } from './source.ts'

/** RabbitMQ by AMQP 0-9-1: queues and exchanges. */
export const rabbitmq: System<RabbitmqSource, RabbitmqSink> = {
  name: 'rabbitmq',
  openSource: (opening) => openRabbitmqSource(opening),
  openSink: (opening) => openRabbitmqSink(opening),
}
