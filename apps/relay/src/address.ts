import { isIPv4, isIPv6 } from 'node:net'

/**
 * An address as limits count it: `::ffff:1.2.3.4` is `1.2.3.4`, the whole loopback range is one, an IPv6 customer (a /64) is one.
 * Decided once, here, so that no two spellings get two buckets.
 */
export function bucketOf(address: string | undefined): string {
  const plain = plainAddress(address)
  if (plain === undefined) return 'unknown'
  if (isLoopback(plain)) return 'loopback'
  if (isIPv4(plain)) return plain
  return `${expand(plain).slice(0, 4).join(':')}::/64`
}

/** Whether the address (not a name) is of this machine only. */
export function isLoopback(address: string | undefined): boolean {
  const plain = plainAddress(address)
  if (plain === undefined) return false
  if (isIPv4(plain)) return plain.startsWith('127.')
  const groups = expand(plain)
  return groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1
}

/** Whether the host of a URL (`localhost`, `127.0.0.1`, `[::1]`) can only be this machine. A name that merely looks like it is not. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host.replace(/^\[(.*)\]$/, '$1'))
}

/** The 8 groups of an IPv6 address. */
export function expand(address: string): readonly number[] {
  const [head = '', tail] = address.split('::', 2)
  const groups = (text: string) => (text === '' ? [] : text.split(':').flatMap(group))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  return [...left, ...Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => 0), ...right]
}

function group(text: string): number[] {
  if (!text.includes('.')) return [Number.parseInt(text, 16)]
  const [a = 0, b = 0, c = 0, d = 0] = text.split('.').map(Number)
  return [a * 256 + b, c * 256 + d]
}

function plainAddress(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  const bare = address.split('%', 1)[0] ?? address
  if (isIPv4(bare)) return bare
  if (!isIPv6(bare)) return undefined
  const groups = expand(bare)
  const mapped = groups.slice(0, 5).every((one) => one === 0) && groups[5] === 0xffff
  if (!mapped) return bare
  const [high = 0, low = 0] = groups.slice(6)
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
