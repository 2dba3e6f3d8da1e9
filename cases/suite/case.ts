import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plan } from '@millrace/plan'
import type { App, Outputs } from '@millrace/sdk'
import { type DecodedLog, decodeLog } from './log-entries.ts'
import { readLog } from './log-text.ts'
import { mergedLog } from './merged-files.ts'

/** A rule of docs/semantics.md, with an app and a log that show it. */
export interface Case {
  readonly folder: string
  readonly plan: Plan
  readonly params: Plan['params']
  readonly log: DecodedLog
  /** Builds an app that must be refused. */
  readonly refused: (() => unknown) | null
}

interface CaseModule {
  readonly default: App<Outputs>
  readonly params?: Plan['params']
  readonly refused?: () => unknown
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Names of the folders that hold a case. */
export function caseNames(): readonly string[] {
  return globSync('*/app.ts', { cwd: root }).map(dirname).sort()
}

export async function readCase(name: string): Promise<Case> {
  const folder = join(root, name)
  const module = (await import(pathToFileURL(join(folder, 'app.ts')).href)) as CaseModule
  const { plan } = module.default
  const log = join(folder, 'log.txt')
  return {
    folder,
    plan,
    params: module.params ?? {},
    log: existsSync(log) ? decodeLog(plan, readLog(readFileSync(log, 'utf8'))) : mergedLog(plan, join(folder, 'files')),
    refused: module.refused ?? null,
  }
}
