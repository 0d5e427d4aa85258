import { readFile } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import { expand } from './address'

/** The two ends of a connection, as the socket names them. */
export interface Ends {
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  readonly localPort: number | undefined
}

/**
 * The user id that owns the other end of a loopback connection, or undefined where it cannot be told (not Linux, or the kernel does
 * not list the connection). `closing`: it has said that it sends no more, and the kernel no longer names its owner. Headers say nothing about who is asking: every user of this machine can send the ones a browser sends.
 */
export async function peerUser(
  ends: Ends,
  read: (path: string) => Promise<string> = (path) => readFile(path, 'utf8'),
): Promise<number | 'closing' | undefined> {
  if (ends.remoteAddress === undefined || ends.remotePort === undefined || ends.localPort === undefined) return undefined
  const names = endNames(ends.remoteAddress)
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await read(table).catch(() => '')
    for (const line of text.split('\n').slice(1)) {
      const [, local = '', remote = '', state, , , , uid] = line.trim().split(/\s+/)
      const ours =
        names.some((name) => local === `${name}:${hexPort(ends.remotePort ?? 0)}`) && remote.endsWith(`:${hexPort(ends.localPort)}`)
      // Only an established row names its owner: one that is closing belongs to the kernel and reads as user 0.
      if (ours) return state === '01' ? Number(uid) : 'closing'
    }
  }
  return undefined
}

/**
 * Whether the process at the other end may act as the person who started the relay: same user, or root, who needs no permission.
 * Unknown counts as yes: on Linux nobody can make an open connection unknown, and elsewhere the alternative is a code on every start. One that
 * is half closed counts as no, because anybody can do that to theirs, and no page does before it was answered.
 */
export async function isOwnUser(ends: Ends, user: typeof peerUser = peerUser): Promise<boolean> {
  const own = process.getuid?.()
  if (own === undefined || process.platform !== 'linux') return true
  const uid = await user(ends)
  return uid === undefined || uid === own || uid === 0
}

/** The kernel prints 32-bit words in host order: every group of four bytes is reversed on the machines that Node runs on. */
function endNames(address: string): readonly string[] {
  const bytes = isIPv4(address) ? address.split('.').map(Number) : expand(address).flatMap((word) => [word >> 8, word & 255])
  const mapped = bytes.length === 4 ? [...Array.from({ length: 10 }, () => 0), 255, 255, ...bytes] : bytes
  const isMapped = mapped.slice(0, 10).every((byte) => byte === 0) && mapped[10] === 255 && mapped[11] === 255
  return isMapped ? [hexWords(mapped.slice(12)), hexWords(mapped)] : [hexWords(mapped)]
}

function hexWords(bytes: readonly number[]): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 4) {
    for (const byte of bytes.slice(i, i + 4).toReversed()) text += byte.toString(16).padStart(2, '0').toUpperCase()
  }
  return text
}

function hexPort(port: number): string {
  return port.toString(16).padStart(4, '0').toUpperCase()
}
