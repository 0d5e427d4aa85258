import type { NetworkRequest } from '@tabwright/protocol'

/** What the sandbox's own npm asks of a registry: the description of a package, or an archive. It says nothing but which. */
export interface NpmRequest {
  /** Address of the registry. */
  readonly registry: string
  readonly url: string
  /** The package whose description is asked for; undefined for an archive. */
  readonly name: string | undefined
}

/** As npm here writes them, to the letter: where a value could be chosen, something could be said by it. */
const OWN_HEADERS: ReadonlyMap<string, string> = new Map([
  ['user-agent', 'npm/10.8.2 node/v20.19.0 linux x64 workspaces/false (Tabwright)'],
  ['accept', 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*'],
])

const NAME = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i
const WANT = /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*(?:@[ -~]{1,100})?$/i

/**
 * What a request of npm reads, when reading is all it does; undefined for every other one, and for one that another program made.
 * @param href the address as it is judged and sent
 */
export function npmReadOf({ npm, method, headers, body, useToken }: NetworkRequest, href: string): NpmRequest | undefined {
  if (npm === undefined || method !== 'GET' || body !== undefined || useToken) return undefined
  if (!headers.every(([name, value]) => OWN_HEADERS.get(name.toLowerCase()) === value)) return undefined
  const { registry } = npm
  if (!/^https?:\/\/[^/?#@]+\/(?:[^?#]*\/)?$/.test(registry) || !href.startsWith(registry) || /[?#]/.test(href)) return undefined
  const rest = href.slice(registry.length)
  if (/\/-\/[^/]+\.tgz$/.test(rest)) return { registry, url: href, name: undefined }
  const name = rest.replace(/%2f/i, '/')
  return NAME.test(name) ? { registry, url: href, name } : undefined
}

/** The wishes of a command, where each of them is one. */
export function wishesOf({ npm }: NetworkRequest): readonly string[] {
  const wants = npm?.wants ?? []
  return wants.every((want) => WANT.test(want)) ? wants : []
}

/** Where a registry has the archive of a version, as npm makes it up. */
export function archiveUrl(registry: string, name: string, version: string): string {
  return `${registry}${name}/-/${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
}
