import { describe } from 'vitest'
import { sharedRabbitmq } from '../../../../scripts/systems/real-servers.ts'
import { sinkLaws } from '../conformance/sink-laws.ts'
import { sourceLaws } from '../conformance/source-laws.ts'
import { rabbitmqSinkWorld, rabbitmqSourceWorld } from './world.ts'

const server = await sharedRabbitmq()

describe.skipIf(server === null)('RabbitMQ', () => {
  sourceLaws('RabbitMQ', () => rabbitmqSourceWorld(server!))
  sinkLaws('RabbitMQ', () => rabbitmqSinkWorld(server!))
})
