import { existsSync, readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MillraceError, type Plan } from '@millrace/plan'
import { isExpected, reasonOf } from './failure.ts'

/**
 * The plan of an app file (.ts, .mts, .js, .mjs: its default export) or of a plan file (.json), not
 * validated in the latter case. Throws a MillraceError that says what is wrong with the file.
 */
export async function loadPlan(file: string): Promise<unknown> {
  const kind = extname(file)
  if (!existsSync(file)) throw new MillraceError('CLI_APP_MISSING', { file })
  if (kind === '.json') return readJson(file)
  if (!/^\.[cm]?[jt]s$/.test(kind)) throw new MillraceError('CLI_APP_KIND', { file })
  return planOf(await importApp(file), file)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (failure) {
    throw new MillraceError('CLI_PLAN_JSON', { file, reason: reasonOf(failure) }, { cause: failure })
  }
}

async function importApp(file: string): Promise<object> {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (failure) {
    if (isExpected(failure)) throw failure
    const reason = reasonOf(failure)
    const code = failure instanceof Error && 'code' in failure ? String(failure.code) : ''
    if (failure instanceof SyntaxError || code.includes('TYPESCRIPT_SYNTAX')) {
      throw new MillraceError('CLI_APP_SYNTAX', { file, reason: `${reason}${syntaxPlace(failure, file)}` }, { cause: failure })
    }
    if (/^ERR_(MODULE_NOT_FOUND|PACKAGE_|UNSUPPORTED_DIR_IMPORT|INVALID_MODULE)|^MODULE_NOT_FOUND/.test(code)) {
      throw new MillraceError('CLI_APP_IMPORT', { file, reason: reason.replace(/ imported from .*/, '') }, { cause: failure })
    }
    throw new MillraceError('CLI_APP_THROWS', { file, reason, place: placeOf(failure) ?? file }, { cause: failure })
  }
}

/** The sdk may be another copy than ours, so the app is known by its shape. */
function planOf(module: object, file: string): Plan {
  if (!('default' in module)) throw new MillraceError('CLI_APP_NO_DEFAULT', { file })
  const app = module.default
  if (typeof app === 'object' && app !== null && 'plan' in app && typeof app.plan === 'object' && app.plan !== null && 'operators' in app.plan) {
    return app.plan as Plan
  }
  throw new MillraceError('CLI_APP_NOT_AN_APP', { file, found: kindOf(app) })
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object without a plan' : `a ${typeof value}`
}

/** `app.ts:12:3` of the first line of the stack that lies in a file of the user's. */
function placeOf(failure: unknown): string | undefined {
  const stack = failure instanceof Error ? (failure.stack ?? '') : ''
  for (const [, url, place] of stack.matchAll(/(file:\/\/[^\s)]+?):(\d+:\d+)/g)) {
    if (url !== undefined && !url.includes('/node_modules/')) return `${fileURLToPath(url)}:${place}`
  }
  return undefined
}

/** The line and its mark, which V8 puts before the message of a syntax error. */
function syntaxPlace(failure: unknown, file: string): string {
  const stack = failure instanceof Error ? (failure.stack ?? '') : ''
  const line = /:(\d+)\n/.exec(stack.split('SyntaxError')[0] ?? '')
  return line === null ? '' : ` (${file}:${line[1]})`
}
