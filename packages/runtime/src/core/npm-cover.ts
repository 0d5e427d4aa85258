import { archiveUrl, type NpmRequest } from './gate/npm-read'
import { latin } from './gate/latin'

/**
 * What a person's yes to the first request of npm covers beside it, in the same command: descriptions and archives of the packages that were
 * named with the question, and of those that the registry's own answers name. What a program made up itself is in neither.
 */
export interface NpmCover {
  /** A person said yes to this one, and to what it said it would bring. */
  allow(read: NpmRequest, wishes: readonly string[]): void
  /** Whether an answer speaks for this one too. */
  take(read: NpmRequest): boolean
  /** One is sent; what the registry names in its answer may be asked for afterwards. */
  heard(read: NpmRequest, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

/** So many requests pass after one answer. */
const MOST_REQUESTS = 8000
/** Names and addresses that are kept of one registry. */
const MOST_NAMES = 400_000

interface Allowed {
  readonly names: Set<string>
  readonly urls: Set<string>
  left: number
}

/** For one run of a command; what was answered does not outlive it. */
export function createNpmCover(): NpmCover {
  const allowed = new Map<string, Allowed>()
  return {
    allow: ({ registry }, wishes) => {
      const one = allowed.get(registry) ?? { names: new Set(), urls: new Set(), left: MOST_REQUESTS }
      allowed.set(registry, one)
      for (const wish of wishes) {
        const at = wish.indexOf('@', 1)
        const name = at < 0 ? wish : wish.slice(0, at)
        one.names.add(name)
        if (at >= 0) one.urls.add(archiveUrl(registry, name, wish.slice(at + 1)))
      }
    },
    take: ({ registry, name, url }) => {
      const one = allowed.get(registry)
      if (one === undefined || one.left <= 0) return false
      if (name === undefined ? !one.urls.has(url) : !one.names.has(name)) return false
      one.left -= 1
      return true
    },
    heard: ({ registry, name }, body) => {
      const one = allowed.get(registry)
      return one === undefined || name === undefined ? body : named(body, one)
    },
  }
}

/** A dependency and its range, or a word that says where an archive is. */
const TOLD = /"((?:@[a-z\d~-][\w.~-]{0,100}\/)?[a-z\d~-][\w.~-]{0,213})"\s*:\s*"([^"\\]{0,500})"/gi
/** The longest of them, twice: one that is cut by the end of a piece is found with the next. */
const OVERLAP = 2000

/** Passes an answer on, and notes which packages it names. */
async function* named(body: AsyncIterable<Uint8Array>, { names, urls }: Allowed): AsyncGenerator<Uint8Array, void> {
  let rest = ''
  for await (const part of body) {
    const text = rest + latin(part)
    for (const [, key = '', value = ''] of text.matchAll(TOLD)) {
      if (names.size + urls.size > MOST_NAMES) break
      if (key === 'tarball') urls.add(value)
      else names.add(key)
      const alias = /^npm:((?:@[\w.~-]+\/)?[\w.~-]+)/.exec(value)?.[1]
      if (alias !== undefined) names.add(alias)
    }
    rest = text.slice(-OVERLAP)
    yield part
  }
}
