import { MillraceError, type Plan, type StreamNode } from '@millrace/plan'
import { loadPlan } from '../load-plan.ts'
import { hint } from '../nearest.ts'

/**
 * What a file declares: the streams of an app or plan (`only` one of them), or the one stream that a JSON file describes, under `name`.
 * Whether they are right is for the server to say. Errors: those of `loadPlan`, CLI_INPUT_STREAM, CLI_OPTION_VALUE.
 */
export async function declarationsIn(
  file: string,
  { name, only }: { readonly name?: string; readonly only?: string },
): Promise<readonly (readonly [string, StreamNode])[]> {
  const found = await loadPlan(file)
  if (name !== undefined) return [[name, found as StreamNode]]
  const { streams } = found as Partial<Plan>
  if (streams === undefined)
    throw new MillraceError('CLI_OPTION_VALUE', {
      option: '--name',
      expected: 'the name of the stream that the file declares',
      text: '',
      example: 'readings',
      hint: '',
    })
  const names = Object.keys(streams)
  if (only !== undefined && !names.includes(only))
    throw new MillraceError('CLI_INPUT_STREAM', { stream: only, streams: names.join(', '), hint: hint(only, names) })
  return Object.entries(streams).filter(([stream]) => only === undefined || stream === only)
}
