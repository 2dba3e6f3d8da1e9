import { openFdWriter } from '../fd-writer.ts'
import { type GenerateKind, generate } from './generate.ts'
import type { GenerateOptions } from './options.ts'
import { emptyCounts, type GeneratedCounts } from './records.ts'

/** Writes generated data to a file, or to standard output where it is `-`. */
export function writeGenerated(kind: GenerateKind, options: GenerateOptions, file: string): GeneratedCounts {
  const counts = emptyCounts()
  const writer = openFdWriter(file)
  try {
    for (const text of generate(kind, options, counts)) {
      writer.write(Buffer.from(text))
      if (writer.closedByReader) break
    }
  } finally {
    writer.close()
  }
  return counts
}
