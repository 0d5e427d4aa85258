import { rawElements, rawMember } from '../wire-linter'

/** Tokens of one request as the API counts them: what was read from the cache, what was written to it, and the rest. */
export interface PromptTokens {
  readonly input: number
  readonly cacheRead: number
  readonly cacheWrite: number
  /** Part of `cacheWrite` that is kept for an hour. */
  readonly cacheWriteHour: number
}

/** A request looked up. */
export interface Looked {
  readonly tokens: PromptTokens
  /** What it writes can be read from now on: the answer has begun. */
  commit(): void
}

export interface PromptCacheOptions {
  readonly now: () => number
  /** A shorter prefix is not kept. Source: harness.md §0.2, newest models. */
  readonly minimum?: number
}

const MIN_CACHED = 512
/** How many blocks before a breakpoint are looked at. */
const LOOK_BACK = 20
const TTL = { '5m': 5 * 60_000, '1h': 60 * 60_000 } as const
type Ttl = keyof typeof TTL

/** Something that can be kept up to: a tool, a block of `system`, a block of a message. */
interface Position {
  /** Everything up to and with it. */
  readonly key: string
  /** Tokens up to and with it. */
  readonly tokens: number
  readonly mark: Ttl | undefined
}

/**
 * A model of the provider's prompt cache: a prefix of tools, system and messages is written where a breakpoint stands and nowhere else,
 * found up to 20 blocks before one, and lives from the start of the request that wrote or read it.
 */
export function promptCache({ now, minimum = MIN_CACHED }: PromptCacheOptions): (body: string) => Looked {
  const entries = new Map<string, { readonly ttl: Ttl; startedAt: number }>()
  return (body) => {
    const at = now()
    const positions = positionsOf(body)
    const total = positions.at(-1)?.tokens ?? 0
    const marks = positions.flatMap(({ mark }, n) => (mark === undefined ? [] : [n]))
    const isAlive = (key: string): boolean => {
      const entry = entries.get(key)
      return entry !== undefined && at - entry.startedAt < TTL[entry.ttl]
    }
    const hit = Math.max(-1, ...marks.map((n) => lookBack(positions, n, isAlive)))
    const read = positions[hit]
    const cacheRead = read?.tokens ?? 0
    let written = cacheRead
    let hour = 0
    const writes: { readonly key: string; readonly ttl: Ttl }[] = []
    for (const n of marks) {
      const { key, tokens: upTo, mark } = positions[n] ?? {}
      if (key === undefined || upTo === undefined || mark === undefined || upTo <= written || upTo < minimum) continue
      if (mark === '1h') hour += upTo - written
      written = upTo
      writes.push({ key, ttl: mark })
    }
    const refreshed = read && entries.get(read.key)
    if (refreshed) refreshed.startedAt = at
    return {
      tokens: { input: total - written, cacheRead, cacheWrite: written - cacheRead, cacheWriteHour: hour },
      commit: () => {
        for (const { key, ttl } of writes) entries.set(key, { ttl, startedAt: at })
      },
    }
  }
}

function lookBack(positions: readonly Position[], from: number, isAlive: (key: string) => boolean): number {
  for (let at = from; at >= 0 && from - at < LOOK_BACK; at--) {
    const position = positions[at]
    if (position && isAlive(position.key)) return at
  }
  return -1
}

/** In the order of the cache: tools, system, messages. What decides about thinking and tool choice is part of every message's key. */
function positionsOf(body: string): readonly Position[] {
  const settings = ['tool_choice', 'output_config'].map((key) => rawMember(body, key) ?? '').join('|')
  const thinking = (rawMember(body, 'thinking') ?? '').replace(/,"block_binding":\{[^}]*\}/, '')
  const pieces = [
    rawMember(body, 'model') ?? '',
    ...rawElements(rawMember(body, 'tools') ?? '[]'),
    ...rawElements(rawMember(body, 'system') ?? '[]'),
    `${settings}|${thinking}`,
    ...rawElements(rawMember(body, 'messages') ?? '[]').flatMap(blocksOf),
  ]
  const automatic = ttlOf(`,"cache_control":${rawMember(body, 'cache_control') ?? ''}`)
  const last = pieces.findLastIndex((piece) => !/"type":"(?:redacted_)?thinking"/.test(piece))
  let tokensSoFar = 0
  let key = 'start'
  return pieces.map((piece, n) => {
    const bare = piece.replaceAll(MARK, '')
    key = hashOf(key, bare)
    tokensSoFar += tokens(bare)
    return { key, tokens: tokensSoFar, mark: ttlOf(piece) ?? (n === last ? automatic : undefined) }
  })
}

const MARK = /,"cache_control":\{"type":"ephemeral"(?:,"ttl":"(?:5m|1h)")?\}/g

function ttlOf(piece: string): Ttl | undefined {
  const [mark] = piece.match(MARK) ?? []
  if (mark === undefined) return undefined
  return mark.includes('"1h"') ? '1h' : '5m'
}

/** The role goes with each block, so that moving a block to another role is another prefix. */
function blocksOf(message: string): readonly string[] {
  const role = rawMember(message, 'role') ?? ''
  const content = rawMember(message, 'content') ?? ''
  return (content.startsWith('[') ? rawElements(content) : [content]).map((block) => role + block)
}

/** FNV over both, twice with other seeds: a chain, so equal keys mean equal prefixes. */
function hashOf(before: string, text: string): string {
  return `${fnv(`${before}\n${text}`, 0x811c9dc5)}.${fnv(`${text}\n${before}`, 0x1234567)}.${text.length}`
}

function fnv(text: string, seed: number): number {
  let hash = seed
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** About four characters a token: good enough for a fake bill. */
export function tokens(text: string): number {
  return Math.ceil(text.length / 4)
}
