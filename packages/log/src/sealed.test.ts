import { expect, it } from 'vitest'
import { seal, unseal } from './sealed.ts'

const content = Buffer.from('{"what":"must survive"}')
const sealed = Buffer.concat(await seal('MRTESTED', [content.subarray(0, 5), content.subarray(5)]))

it('a sealed content comes back whole', () => {
  expect(unseal('MRTESTED', sealed)).toEqual({ content, whole: true })
})

it('any one flipped bit leaves the content readable, and is noticed', () => {
  for (let at = 0; at < sealed.length; at++) {
    const damaged = Buffer.from(sealed)
    damaged[at]! ^= 1 << (at % 8)
    expect(unseal('MRTESTED', damaged)).toEqual({ content, whole: false })
  }
})

it('of a cut content all is read or nothing', () => {
  for (let length = 0; length < sealed.length; length++) {
    const found = unseal('MRTESTED', sealed.subarray(0, length))
    if (found !== null) expect(found).toEqual({ content, whole: false })
    if (length < sealed.length / 2) expect(found).toBeNull()
  }
})

it('another kind of file is not taken for it', () => {
  expect(unseal('MROTHERS', sealed)).toBeNull()
})
