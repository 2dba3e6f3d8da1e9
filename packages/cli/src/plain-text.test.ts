import { expect, test } from 'vitest'
import { plainBytes, plainText } from './plain-text.ts'

test('printable text stays as it is, in any script', () => {
  expect(plainText('Größe 12 °C, 基站 🛰️')).toBe('Größe 12 °C, 基站 🛰️')
})

test('what could move the cursor or reverse the text is shown as escapes', () => {
  expect(plainText('a\u001b[2Jb\r\n\tc\u009b31m\u202ed\u2028')).toBe('a\\x1b[2Jb\\r\\n\\tc\\x9b31m\\u202ed\\u2028')
})

test('no control character comes through', () => {
  const unsafe = /\p{Cc}|\p{Zl}|\p{Zp}|\p{Cs}|\p{Bidi_Control}/u
  const through = Array.from({ length: 0x11000 }, (_, code) => plainText(String.fromCodePoint(code))).filter((text) => unsafe.test(text))
  expect(through).toEqual([])
})

test('lines stay lines on their way to a terminal', () => {
  const line = '{"name":"Größe \u009b2J"}\n'
  expect(Buffer.from(plainBytes(Buffer.from(line + line))).toString()).toBe('{"name":"Größe \\x9b2J"}\n'.repeat(2))
})
