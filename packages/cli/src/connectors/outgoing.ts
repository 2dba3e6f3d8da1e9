import type { Outgoing } from '@millrace/api'
import { MillraceError } from '@millrace/plan'

/** What goes out by a sink, as MQTT topics name it; `apps/` in front may be left out. Errors: CLI_OPTION_VALUE. */
export function parseOutgoing(text: string): Outgoing {
  const words = text.split('/')
  const found = words.includes('') ? null : outgoingOf(words)
  if (found !== null) return found
  throw new MillraceError('CLI_OPTION_VALUE', {
    option: 'sinks create SINK',
    expected: 'APP/OUTPUT, APP/late/OPERATOR, streams/STREAM or streams/STREAM/dead-letters',
    text,
    example: 'failures/alerts',
    hint: '',
  })
}

function outgoingOf(words: readonly string[]): Outgoing | null {
  const [first = '', second = '', third = ''] = words
  if (first === 'streams' && words.length === 2) return { stream: second }
  if (first === 'streams' && words.length === 3 && third === 'dead-letters') return { deadLetters: second }
  if (first === 'apps' && words.length > 2) return appOf(words.slice(1))
  return appOf(words)
}

function appOf(words: readonly string[]): Outgoing | null {
  const [app = '', second = '', third = ''] = words
  if (words.length === 2) return { app, output: second }
  return words.length === 3 && second === 'late' ? { app, late: third } : null
}

/** As `parseOutgoing` reads it. */
export function outgoingText(of: Outgoing): string {
  if ('stream' in of) return `streams/${of.stream}`
  if ('deadLetters' in of) return `streams/${of.deadLetters}/dead-letters`
  const app = of.app === 'streams' || of.app === 'apps' ? `apps/${of.app}` : of.app
  return 'late' in of ? `${app}/late/${of.late}` : `${app}/${of.output}`
}
