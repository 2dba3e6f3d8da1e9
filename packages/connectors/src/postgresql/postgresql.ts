import type { PostgresqlSink } from '@millrace/api/schemas'
import type { System } from '../contract.ts'
import { openSink } from './sink.ts'

export const postgresql: System<never, PostgresqlSink> = { name: 'postgresql', openSource: null, openSink }
