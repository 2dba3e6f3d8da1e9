import { AllowedAddresses } from '@millrace/connectors'
import { describe, expect, it } from 'vitest'
import { targetOf } from '../../src/outgoing/target.ts'

describe('a target', () => {
  const codeOf = (url: string, ...addresses: string[]): Promise<string> =>
    targetOf(url, new AllowedAddresses(), async () => addresses).then(
      ({ addresses: [address] }) => address,
      ({ code }) => code,
    )

  it.each([
    ['https://example.org/hook', ['1.1.1.1', '2606:4700::1'], '1.1.1.1'],
    ['https://example.org/hook', ['1.1.1.1', '10.0.0.1'], 'OUTGOING_REFUSED'],
    ['https://example.org/hook', ['::ffff:10.0.0.1'], 'OUTGOING_REFUSED'],
    ['https://example.org/hook', [], 'OUTGOING_UNRESOLVED'],
    ['http://8.8.8.8:8080/', [], '8.8.8.8'],
    ['http://127.0.0.1/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    // Other ways to write 127.0.0.1.
    ['http://2130706433/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://0x7f.1/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://0177.0.0.1/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://127.1/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://①②⑦.0.0.1/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://[::ffff:7f00:1]/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://[::1]/', ['1.1.1.1'], 'OUTGOING_REFUSED'],
    ['http://169.254.169.254/latest/meta-data', [], 'OUTGOING_REFUSED'],
    ['ftp://example.org/', ['1.1.1.1'], 'OUTGOING_URL'],
    ['file:///etc/passwd', ['1.1.1.1'], 'OUTGOING_URL'],
    ['https://user:secret@example.org/', ['1.1.1.1'], 'OUTGOING_URL'],
    ['example.org', ['1.1.1.1'], 'OUTGOING_URL'],
  ])('%s at %s: %s', async (url, addresses, expected) => {
    expect(await codeOf(url, ...addresses)).toBe(expected)
  })
})
