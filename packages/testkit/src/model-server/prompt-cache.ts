import { rawElements, rawMember } from '../wire-linter'

/** Tokens of one request as the API counts them: what was read from the cache, what was written to it, and the rest. */
export interface PromptTokens {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite: number
}

/** A prompt that is shorter is not cached; source: harness.md §0.2, newest models. */
const MIN_CACHED = 512

/** A model of the provider's prompt cache: the longest run of whole messages behind an identical `system` and `tools`. */
export function promptCache(): (body: string) => PromptTokens {
  const seen: { readonly head: string; readonly messages: readonly string[] }[] = []
  return (body) => {
    const head = `${rawMember(body, 'tools') ?? ''}${rawMember(body, 'system') ?? ''}`
    const messages = rawElements(rawMember(body, 'messages') ?? '[]')
    const common = Math.max(-1, ...seen.filter((entry) => entry.head === head).map((entry) => commonLength(entry.messages, messages)))
    const total = tokens(head) + tokens(messages.join(','))
    const hit = common < 0 ? 0 : tokens(head) + tokens(messages.slice(0, common).join(','))
    const isCaching = body.includes('"cache_control"')
    if (isCaching) seen.push({ head, messages })
    if (!isCaching || total < MIN_CACHED) return { input: total, cacheRead: 0, cacheWrite: 0 }
    const cacheRead = hit < MIN_CACHED ? 0 : hit
    // The API leaves a few tokens behind the last breakpoint uncached.
    const input = Math.min(4, total - cacheRead)
    return { input, cacheRead, cacheWrite: total - cacheRead - input }
  }
}

/** About four characters a token: good enough for a fake bill. */
export function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  let at = 0
  while (at < a.length && at < b.length && a[at] === b[at]) at++
  return at
}
