import type { KafkaSink, KafkaSource } from '@millrace/api/schemas'
import type { System } from '../contract.ts'
import { openKafkaSink } from './sink.ts'
import { openKafkaSource } from './source.ts'

/** Topics, read and written exactly once. */
export const kafka: System<KafkaSource, KafkaSink> = { name: 'kafka', openSource: openKafkaSource, openSink: openKafkaSink }
