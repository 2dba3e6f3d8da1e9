import { MillraceError } from '@millrace/plan'

/** Errors: REQUEST_TOO_DEEP, before anything is parsed: a parser would need the depth on its stack. */
export function checkDepth(text: string, limit: number): void {
  let depth = 0
  let isText = false
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (isText) {
      if (character === backslash) at++
      else if (character === quote) isText = false
    } else if (character === quote) isText = true
    else if (character === openBrace || character === openBracket) {
      if (++depth > limit) throw new MillraceError('REQUEST_TOO_DEEP', { limit })
    } else if (character === closeBrace || character === closeBracket) depth--
  }
}

const quote = 34
const backslash = 92
const openBracket = 91
const closeBracket = 93
const openBrace = 123
const closeBrace = 125
