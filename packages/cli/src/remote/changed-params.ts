import type { Constant, Plan } from '@millrace/plan'
import { paramValues } from '../run/params.ts'

/** `NAME=VALUE` as values of the plan's types, `NAME=default` as null. Errors: those of `paramValues`. */
export function changedParams(plan: Plan, texts: readonly string[]): Readonly<Record<string, Constant | null>> {
  const isDefault = (text: string): boolean => text.endsWith('=default') && typeof plan.params[text.slice(0, text.indexOf('='))] !== 'string'
  const kept = texts.filter(isDefault).map((text) => [text.slice(0, text.indexOf('=')), null] as const)
  return {
    ...Object.fromEntries(kept),
    ...paramValues(
      plan,
      texts.filter((text) => !isDefault(text)),
    ),
  }
}
