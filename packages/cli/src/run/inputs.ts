import { MillraceError, type Plan } from '@millrace/plan'
import { hint } from '../nearest.ts'

export interface NamedInput {
  readonly stream: string
  /** `-`: standard input. */
  readonly file: string
}

/**
 * `STREAM=FILE` texts, in the order given, checked against the plan's streams: every stream has at least
 * one input, no other stream is named. Where the plan has one stream, a bare FILE is its input.
 */
export function namedInputs(plan: Plan, texts: readonly string[]): readonly NamedInput[] {
  const streams = Object.keys(plan.streams)
  const inputs = texts.map((text) => namedInput(text, streams))
  for (const stream of streams) {
    if (!inputs.some((input) => input.stream === stream)) throw new MillraceError('CLI_INPUT_NONE', { stream })
  }
  if (inputs.filter((input) => input.file === '-').length > 1) throw new MillraceError('CLI_INPUT_STDIN')
  return inputs
}

function namedInput(text: string, streams: readonly string[]): NamedInput {
  const equals = text.indexOf('=')
  const stream = text.slice(0, Math.max(equals, 0))
  if (streams.includes(stream) && equals < text.length - 1) return { stream, file: text.slice(equals + 1) }
  // A path may hold an equals sign, but not before its first slash: `dir/a=b.csv`.
  if (streams.length === 1 && (equals < 0 || stream.includes('/')) && text !== '') return { stream: streams[0] as string, file: text }
  if (equals <= 0 || equals === text.length - 1) throw new MillraceError('CLI_INPUT_FORM', { text, streams: streams.join(', ') })
  throw new MillraceError('CLI_INPUT_STREAM', { stream, streams: streams.join(', '), hint: hint(stream, streams) })
}
