import type { GitRead } from './gate/git-read'
import type { PushWanted } from './gate/git-push'
import { latin } from './gate/latin'

/**
 * What a person's yes to a request of git covers beside it, in the same command: the reads that git then makes of the same repository, or the
 * push that was shown with the question in front of it, byte for byte.
 */
export interface GitCover {
  /** A person said yes to this one. */
  allow(read: GitRead): void
  /** Whether an answer speaks for this one too. It is counted at once: those that are asked for together are not one. */
  take(read: GitRead): boolean
  /** A person said yes to a question for refs and to the push that was shown with it. */
  allowPush(push: Required<PushWanted>): void
  /** Whether that answer speaks for this one too: the same question with the kept token, and the very bytes that were shown. */
  takePush(wanted: PushWanted): boolean
  /** One is sent; what the server names in its answer may be asked for afterwards. */
  heard(read: GitRead, body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>
}

/** So many requests pass after one answer: a clone is four. Which of its own names a server is asked for would tell it something in many. */
const MOST_REQUESTS = 8
/** A push is a question and the bytes, each a second time with the token. The first is the one that was answered. */
const MOST_PUSH_REQUESTS = 3
/** Names that are kept. More is no repository that fits here. */
const MOST_NAMES = 200_000

/** For one run of a command; what was answered does not outlive it. */
export function createGitCover(): GitCover {
  const left = new Map<string, number>()
  const told = new Map<string, Set<string>>()
  const pushes = new Map<string, { left: number; readonly body: Uint8Array }>()
  return {
    allow: ({ repository }) => void left.set(repository, MOST_REQUESTS - 1),
    take: ({ repository, wants }) => {
      const names = told.get(repository)
      const more = left.get(repository) ?? 0
      if (more <= 0 || !wants.every((oid) => names?.has(oid) === true)) return false
      left.set(repository, more - 1)
      return true
    },
    allowPush: ({ repository, body }) => void (body && pushes.set(repository, { left: MOST_PUSH_REQUESTS, body })),
    takePush: ({ repository, body }) => {
      const push = pushes.get(repository)
      if (!push || push.left <= 0 || (body !== undefined && !isSame(push.body, body))) return false
      push.left -= 1
      return true
    },
    heard: ({ repository, asks }, body) => {
      if (asks !== 'refs') return body
      const names = told.get(repository) ?? new Set()
      told.set(repository, names)
      return named(body, names)
    },
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** A name begins with its line, behind four digits of length, or behind `peeled:`. */
const NAME = /(?:[0-9a-f]{4}|peeled:)([0-9a-f]{40})(?=[ \n])/g

/** Passes an answer on, and notes the names of objects in it. */
async function* named(body: AsyncIterable<Uint8Array>, names: Set<string>): AsyncGenerator<Uint8Array, void> {
  let rest = ''
  for await (const part of body) {
    const text = rest + latin(part)
    const found = [...text.matchAll(NAME)].slice(0, MOST_NAMES - names.size)
    for (const [, oid = ''] of found) names.add(oid)
    rest = text.slice(-64)
    yield part
  }
}
