import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Refusal } from '../refusal'
import { isPublicAddress } from './public-address'

/** Who may be reached beyond the open internet, and who never. */
export interface TargetRules {
  /** `host:port` of private servers that the operator named, lower case. */
  readonly named: ReadonlySet<string>
  /** `host:port` of this relay itself, under all of its names. */
  readonly own: ReadonlySet<string>
  /** Hosts that get the model key, by name and with their port: a tool has no business there. */
  readonly providers: ReadonlySet<string>
  readonly resolve?: Resolve
}

/** All addresses of a name. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>

/** Where a request goes: the address is the one that was checked, the name is for TLS and Host. */
export interface Target {
  readonly type: 'target'
  readonly url: URL
  readonly addresses: readonly LookupAddress[]
}

const PORTS = new Set(['', '443', '8443'])

/** Checks one address, as typed or as a redirect gave it, before anything is connected to. */
export async function checkTarget(text: string, rules: TargetRules): Promise<Target | Refusal> {
  const url = URL.canParse(text) && text.length <= 8192 ? new URL(text) : undefined
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) return bad('Only https addresses can be fetched.')
  if (url.username !== '' || url.password !== '') return bad('An address with a user name or password in it is not fetched.')
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const name = url.hostname.replace(/\.$/, '')
  const place = `${name}:${port}`
  if (rules.own.has(place)) return blocked(url)
  const isNamed = rules.named.has(place)
  // Beside a model server on this machine others may be named; the model server itself may not.
  if (rules.providers.has(place) || (!isNamed && rules.providers.has(name))) return blocked(url)
  if (!isNamed && url.protocol === 'http:')
    return bad(`${url.host} was not fetched: only https is, or a server that the relay's operator named.`)
  if (!isNamed && !PORTS.has(url.port))
    return bad(`${url.host} was not fetched: only ports 443 and 8443 are, or a server that the relay's operator named.`)
  const addresses = await addressesOf(url, rules.resolve ?? resolveAll)
  if (addresses.length === 0)
    return {
      status: 502,
      type: 'upstream_unknown',
      message: `${url.host} could not be reached: its name is not known, or this machine is offline.`,
    }
  // One private address among public ones is how a name is rebound.
  if (!isNamed && !addresses.every(({ address }) => isPublicAddress(address))) return blocked(url)
  return { type: 'target', url, addresses }
}

async function addressesOf(url: URL, resolve: Resolve): Promise<readonly LookupAddress[]> {
  const bare = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')
  const family = isIP(bare)
  return family === 0 ? resolve(bare) : [{ address: bare, family }]
}

async function resolveAll(name: string): Promise<readonly LookupAddress[]> {
  try {
    return await lookup(name, { all: true })
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown) return []
    throw thrown
  }
}

function bad(message: string): Refusal {
  return { status: 400, type: 'bad_request', message }
}

function blocked(url: URL): Refusal {
  const message = `${url.host} was not fetched: it is on this machine or its network. The relay's operator can name it with --fetch-host.`
  return { status: 403, type: 'private_address', message }
}
