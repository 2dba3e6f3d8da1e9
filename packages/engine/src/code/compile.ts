/**
 * Generated functions, by their source: plans of one shape share code, since what differs between them
 * (literals that are text, zones) comes in as constants. Source is made only from a validated plan, and
 * holds no text of a tenant.
 */
const compiled = new Map<string, (...args: never[]) => unknown>()
const maxCompiled = 5000

/** `name` is what a profile shows. */
export function compileFunction<F extends (...args: never[]) => unknown>(name: string, params: readonly string[], body: string): F {
  const source = `return function ${name}(${params.join(', ')}) {\n${body}\n}`
  const known = compiled.get(source)
  if (known !== undefined) return known as F
  const made = new Function(`"use strict";\n${source}`)() as F
  if (compiled.size >= maxCompiled) compiled.clear()
  compiled.set(source, made)
  return made
}
