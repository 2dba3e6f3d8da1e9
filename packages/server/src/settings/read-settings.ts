import { readFileSync } from 'node:fs'
import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { type Issue, issue, MillraceError, nearest } from '@millrace/plan'
import { crossIssues } from './cross-checks.ts'
import { defaultSettings, type SettingName, type Settings, settingNames, settingsSchema, variableOf } from './settings.ts'
import { tlsIssues } from './tls.ts'

/** Where settings come from; flags win over the environment, that over the file, that over the defaults. */
export interface SettingsSources {
  /** A JSON file; null: there is none. */
  readonly file: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly flags: Readonly<Record<string, unknown>>
}

interface Given {
  readonly value: unknown
  /** For people: `MILLRACE_PORT`, `port in millrace.json`. */
  readonly from: string
}

/** Not settings of the server, though they begin like them. */
const otherVariables = new Set([
  'MILLRACE_CONFIG',
  'MILLRACE_KEY',
  'MILLRACE_URL',
  'MILLRACE_PROFILE',
  'MILLRACE_TENANT',
  'MILLRACE_RESTARTED',
  'MILLRACE_RUNS',
  'MILLRACE_SEED',
])

/** All settings, checked. Throws SETTINGS_INVALID with everything that is wrong, or SETTINGS_FILE. */
export function readSettings(sources: SettingsSources): Settings {
  const given = new Map([...ofFile(sources.file), ...ofEnvironment(sources.environment), ...ofFlags(sources.flags)])
  const known = [...given].filter(([name]) => isSetting(name)).map(([name, { value }]) => [name, value])
  const settings = { ...defaultSettings, ...Object.fromEntries(known) }
  const wrong = valueIssues(settings, given)
  const tls = wrong.some(({ path }) => path.startsWith('tls')) ? [] : tlsIssues(settings)
  refuse([...unknownIssues(given), ...wrong, ...tls, ...(wrong.length > 0 ? [] : crossIssues(settings))])
  return settings
}

const isSetting = (name: string): boolean => settingNames.some((known) => known === name)

function refuse(issues: readonly Issue[]): void {
  const [first] = issues
  if (first !== undefined) throw new MillraceError('SETTINGS_INVALID', { count: issues.length, first: first.message }, { issues })
}

function ofFile(file: string | null): readonly (readonly [string, Given])[] {
  if (file === null) return []
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new MillraceError('SETTINGS_FILE', { file, reason: cause instanceof Error ? cause.message : String(cause) }, { cause })
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new MillraceError('SETTINGS_FILE', { file, reason: 'it is not an object' })
  return Object.entries(content).map(([name, value]) => [name, { value, from: `"${name}" in ${file}` }])
}

function ofEnvironment(environment: SettingsSources['environment']): readonly (readonly [string, Given])[] {
  const names = new Map(settingNames.map((name) => [variableOf(name), name]))
  return Object.entries(environment).flatMap(([variable, text]) => {
    if (text === undefined || !variable.startsWith('MILLRACE_') || otherVariables.has(variable)) return []
    const name = names.get(variable)
    return [[name ?? variable, { value: name === undefined ? text : valueFrom(name, text), from: variable }]]
  })
}

/** Text as the kind of value that the setting takes. */
function valueFrom(name: SettingName, text: string): unknown {
  const takesNumber = JSON.stringify(settingsSchema.properties[name]).includes('"integer"')
  if (takesNumber && /^\d+$/.test(text)) return Number(text)
  return text === 'null' ? null : text
}

function ofFlags(flags: SettingsSources['flags']): readonly (readonly [string, Given])[] {
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value, from: `--${name}` }]]))
}

function unknownIssues(given: ReadonlyMap<string, Given>): readonly Issue[] {
  const known: readonly string[] = settingNames
  return [...given].flatMap(([name, { from }]) => {
    if (isSetting(name)) return []
    const near = nearest(name, name.startsWith('MILLRACE_') ? known.map(variableOf) : known)
    return [issue('SETTING_UNKNOWN', name, { name: from, hint: near === undefined ? '' : `Did you mean ${near}?` })]
  })
}

const checked = TypeBoxValidatorCompiler({ schema: settingsSchema, method: '', url: '', httpPart: 'body' })

function valueIssues(settings: object, given: ReadonlyMap<string, Given>): readonly Issue[] {
  const { error } = checked(settings) as { readonly error?: readonly { readonly instancePath: string; readonly message: string }[] }
  const wrong = new Map<string, string>()
  for (const { instancePath, message } of error ?? []) {
    const name = instancePath.slice(1)
    if (name !== '') wrong.set(name, wrong.has(name) ? `${wrong.get(name)}, ${message}` : message)
  }
  return [...wrong].map(([name, reason]) => issue('SETTING_INVALID', name, { from: given.get(name)?.from ?? name, reason }))
}
