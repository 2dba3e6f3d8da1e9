/**
 * Text that sensors or tenants wrote, fit for a terminal (semantics L3): control characters, which could
 * move the cursor or change what the reader sees, and marks that reverse the direction of writing are
 * shown as escapes.
 */
export function plainText(text: string): string {
  return /[^ -~]/.test(text) ? text.replace(unsafe, escaped) : text
}

/** As `plainText`, for text of several lines, such as a code frame. */
export function plainLines(text: string): string {
  return text.split('\n').map(plainText).join('\n')
}

/** As `plainLines`, for UTF-8 on its way to a terminal. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return Buffer.from(plainLines(Buffer.from(bytes).toString()))
}

// C0 and C1 controls, DEL, line and paragraph separators, bidirectional marks, byte order mark, lone surrogates.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/gu

function escaped(character: string): string {
  const code = character.codePointAt(0) as number
  if (character === '\n') return '\\n'
  if (character === '\t') return '\\t'
  if (character === '\r') return '\\r'
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
