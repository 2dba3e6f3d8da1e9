import { randomUUID } from 'node:crypto'
import { Admin, Consumer, MessagesStreamModes, Producer } from '@platformatic/kafka'

type Received = Consumer<Buffer, Buffer, Buffer, Buffer>

/** A topic of its own, written to, and read as those do who see what is committed only. */
export class KafkaTopic {
  readonly name: string
  /** Values of the messages, as they come. */
  readonly received: string[] = []
  private readonly broker: string
  private readonly producer: Producer
  private readonly consumer: Received

  private constructor(broker: string) {
    this.name = `t-${randomUUID()}`
    this.broker = broker
    const options = { clientId: 'test', bootstrapBrokers: [broker], retries: 40, retryDelay: 50 }
    this.producer = new Producer(options)
    this.consumer = new Consumer({ ...options, groupId: this.name, isolationLevel: 1, autocommit: false, maxWaitTime: 100 })
  }

  static async on(broker: string): Promise<KafkaTopic> {
    const topic = new KafkaTopic(broker)
    const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker] })
    await admin.createTopics({ topics: [topic.name], partitions: 1, replicas: 1 })
    await admin.close()
    const stream = await topic.consumer.consume({ topics: [topic.name], mode: MessagesStreamModes.EARLIEST })
    stream.on('data', ({ value }) => topic.received.push(value.toString()))
    stream.on('error', () => {})
    return topic
  }

  /** As settings of a source or sink. */
  get settings(): { readonly brokers: string[]; readonly topic: string } {
    return { brokers: [this.broker], topic: this.name }
  }

  async send(...values: readonly string[]): Promise<void> {
    await this.producer.send({ messages: values.map((value) => ({ topic: this.name, value: Buffer.from(value) })), acks: -1 })
  }

  async end(): Promise<void> {
    await this.consumer.close(true)
    await this.producer.close()
  }
}
