import type * as js from 'acorn'
import type { Reading } from './reading.ts'

/** The name after the dot, or the string in the brackets; any other is refused. */
export function memberName(reading: Reading, { property, computed }: js.MemberExpression): string | undefined {
  if (property.type === 'Identifier' && !computed) return property.name
  if (property.type === 'Literal' && typeof property.value === 'string') return property.value
  if (property.type === 'TemplateLiteral' && property.expressions.length === 0) return property.quasis[0]?.value.cooked ?? ''
  reading.refuse(property, 'SDK_COMPUTED_NAME')
  return undefined
}
