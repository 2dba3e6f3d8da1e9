import type { MongodbSink } from '@millrace/api/schemas'
import type { System } from '../contract.ts'
import { openSink } from './sink.ts'

export const mongodb: System<never, MongodbSink> = { name: 'mongodb', openSource: null, openSink }
