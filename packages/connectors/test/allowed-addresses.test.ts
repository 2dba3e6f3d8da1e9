import { describe, expect, it } from 'vitest'
import { AllowedAddresses } from '../src/guard/allowed-addresses.ts'

const none = new AllowedAddresses()

describe('addresses', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '2a00:1450:4001::200e',
    '2001:4860:4860::8888',
  ])('%s is public', (address) => expect(none.has(address)).toBe(true))

  it.each([
    ['this network', '0.0.0.0', '0.1.2.3'],
    ['private', '10.0.0.1', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.1'],
    ['carrier-grade NAT', '100.64.0.0', '100.127.255.255'],
    ['loopback', '127.0.0.1', '127.255.255.255', '::1'],
    ['link-local', '169.254.169.254', 'fe80::1', 'fe80::1%eth0', 'febf::1'],
    ['protocols and documentation', '192.0.0.1', '192.0.2.1', '192.88.99.1', '198.51.100.1', '203.0.113.1', '2001:db8::1', '3fff::1'],
    ['benchmarks', '198.18.0.1', '198.19.255.255', '2001:2::1'],
    ['multicast', '224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
    ['reserved and broadcast', '240.0.0.1', '255.255.255.255'],
    ['nowhere', '::'],
    ['IPv4 in IPv6', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ['NAT64, 6to4 and Teredo', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:0:4136:e378::1'],
    ['unique local and site-local', 'fc00::1', 'fd12:3456::1', 'fec0::1'],
    ['discard only', '100::1'],
    ['no addresses', '', 'localhost', '1.2.3', '01.2.3.4', '256.1.1.1', '[::1]'],
  ])('%s: none may be called', (_, ...addresses) => {
    for (const address of addresses) expect([address, none.has(address)]).toEqual([address, false])
  })

  it('what the operator allows may be called, and nothing beside it', () => {
    const some = new AllowedAddresses(['10.1.0.0/16', '127.0.0.1', 'fd00::/8'])
    expect(['10.1.2.3', '127.0.0.1', 'fd01::1', '1.1.1.1'].map((address) => some.has(address))).toEqual([true, true, true, true])
    expect(['10.2.0.0', '127.0.0.2', 'fc00::1', '192.168.1.1'].map((address) => some.has(address))).toEqual([false, false, false, false])
  })

  it.each(['10.0.0.0/33', 'here', '10.0.0.0/8/8', '10.0.0.0/', '::/129', '10.0.0.0/-1'])('"%s" is no range', (range) => {
    expect(() => new AllowedAddresses([range])).toThrow(range)
  })
})
