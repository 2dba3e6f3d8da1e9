import { realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '@millrace/plan'

/** The files that a run writes into its folder. */
export interface OutputFiles {
  readonly deadLetters: string
  readonly late: string
  readonly byOutput: ReadonlyMap<string, string>
}

/** Names the files. Throws where two would be one, or where one is an input, which would be lost. */
export function outputFiles(folder: string, outputs: readonly string[], format: string, inputs: readonly string[]): OutputFiles {
  const files: OutputFiles = {
    deadLetters: join(folder, 'dead-letters.ndjson'),
    late: join(folder, 'late.ndjson'),
    byOutput: new Map(outputs.map((output) => [output, join(folder, `${output}.${format}`)])),
  }
  const taken = new Set(inputs.map(realPath))
  for (const file of [files.deadLetters, files.late, ...files.byOutput.values()]) {
    const path = realPath(file)
    if (taken.has(path)) throw new MillraceError('CLI_OUTPUT_TAKEN', { file })
    taken.add(path)
  }
  return files
}

/** The path without links, as far as it exists. */
function realPath(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    const folder = dirname(resolve(file))
    return folder === resolve(file) ? folder : join(realPath(folder), basename(file))
  }
}
