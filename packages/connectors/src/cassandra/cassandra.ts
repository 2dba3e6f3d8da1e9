import type { CassandraSink } from '@millrace/api/schemas'
import type { System } from '../contract.ts'
import { openSink } from './sink.ts'

export const cassandra: System<never, CassandraSink> = { name: 'cassandra', openSource: null, openSink }
