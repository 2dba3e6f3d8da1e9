import { BlockList, isIP } from 'node:net'

/** Ranges that are not public (IANA's special-purpose registries), so that no call leads to what only this machine or its network should reach. */
const notPublic4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]

/** Of IPv6 only 2000::/3 is given out; in it stand those that lead elsewhere by what they carry (Teredo, 6to4), and documentation. */
const public6 = '2000::/3'
const notPublic6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

const refused = blockList([...notPublic4, ...notPublic6])
const given = blockList([public6])

/** Which addresses may be called: public ones, and those of ranges that the operator allows. */
export class AllowedAddresses {
  private readonly allowed: BlockList

  /** `ranges`: addresses or CIDR ranges. Throws a TypeError naming the first that is none. */
  constructor(ranges: readonly string[] = []) {
    this.allowed = blockList(ranges)
  }

  has(address: string): boolean {
    const family = familyOf(address)
    if (family === null) return false
    if (this.allowed.check(address, family)) return true
    return family === 'ipv6' ? given.check(address, family) && !refused.check(address, family) : !refused.check(address, family)
  }
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) addRange(list, range)
  return list
}

function addRange(list: BlockList, range: string): void {
  const [address = '', bits, ...more] = range.split('/')
  const family = familyOf(address)
  const longest = family === 'ipv4' ? 32 : 128
  const length = bits === undefined ? longest : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN
  if (family === null || more.length > 0 || !(length <= longest)) throw new TypeError(`${JSON.stringify(range)} is no address and no range such as 10.0.0.0/8`)
  list.addSubnet(address, length, family)
}

/** Null: no address, or one with a zone (`fe80::1%eth0`), which is never public. */
function familyOf(address: string): 'ipv4' | 'ipv6' | null {
  if (address.includes('%')) return null
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null
}
