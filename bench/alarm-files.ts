import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { btsDefaults, type GenerateOptions, generate } from '@millrace/cli/generate'

/** A change of each line after the header; `line` counts from 0. */
export interface Rewriting {
  readonly name: string
  line(text: string, line: number): string
}

/** A file of generated alarms, made once: its name tells the options and what the generator made of them. */
export function alarmFile(folder: string, changes: Partial<GenerateOptions>, rewriting?: Rewriting): string {
  const options = { ...btsDefaults, ...changes }
  const file = join(folder, `alarms-${options.rows}-${fingerprint(options, rewriting)}.${options.format}`)
  if (existsSync(file)) return file
  mkdirSync(folder, { recursive: true })
  // Whoever stops it halfway leaves no file of this name.
  const unfinished = `${file}.${process.pid}`
  write(unfinished, options, rewriting)
  renameSync(unfinished, file)
  return file
}

/** A file made by an older generator is not taken for one of today's. */
function fingerprint(options: GenerateOptions, rewriting?: Rewriting): string {
  const { value } = generate('bts', options).next()
  return createHash('sha1')
    .update(JSON.stringify([options, rewriting?.name, value]))
    .digest('hex')
    .slice(0, 10)
}

function write(file: string, options: GenerateOptions, rewriting?: Rewriting): void {
  const fd = openSync(file, 'w')
  let line = 0
  for (const text of generate('bts', options)) {
    if (rewriting === undefined) writeSync(fd, text)
    else
      writeSync(
        fd,
        text.replace(/.+/g, (each) => rewriting.line(each, line++)),
      )
  }
  closeSync(fd)
}
