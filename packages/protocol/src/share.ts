import { SHARE_ID } from './share-frame'
import type { SessionId } from './ids'

/** What of a session goes to others. What was said always does. */
export interface ShareChoice {
  /** What commands and tools brought. */
  readonly output: boolean
  readonly files: 'none' | 'changed' | 'all'
  readonly images: boolean
  /** Take out e-mail addresses and names of home folders. */
  readonly personal: boolean
  /** What the person wants taken out besides, wherever it stands. */
  readonly words: readonly string[]
}

/** The whole session, without what is secret or personal. */
export const SHARE_ALL: ShareChoice = { output: true, files: 'all', images: true, personal: true, words: [] }

/** How long a link opens; 0: until it is taken back. */
export const SHARE_LIFETIMES = {
  '1 hour': 3_600_000,
  '1 day': 86_400_000,
  '7 days': 604_800_000,
  '30 days': 2_592_000_000,
  never: 0,
} as const

export type ShareLifetime = keyof typeof SHARE_LIFETIMES

/** A link that was made in this browser. */
export interface SharedLink {
  readonly id: string
  readonly session: SessionId
  readonly title: string
  /** With the key in it: whoever has it reads the session. */
  readonly address: string
  /** Wall clock of the newest version. */
  readonly at: number
  /** 0: never. */
  readonly expires: number
  /** How often it was opened, as the relay says; undefined where it does not answer. */
  readonly opens: number | undefined
  readonly state: 'open' | 'revoked' | 'expired' | 'unknown'
}

/** Bytes of the key of a link, and letters of it in an address. */
export const SHARE_KEY_BYTES = 32
const KEY = /^[A-Za-z0-9_-]{43}$/

/** What opens a shared session. */
export interface ShareAddress {
  readonly id: string
  /** In the letters of an address. */
  readonly key: string
}

/** @param origin where shared sessions are read. The key stands behind the `#`, which no browser sends. */
export function shareAddress(origin: string, { id, key }: ShareAddress): string {
  return `${origin}/s/${id}#${key}`
}

/** What a reader's page is asked for, or what is wrong with its address. */
export function readShareAddress(path: string, hash: string): ShareAddress | 'no-key' | 'cut' {
  return readAddress(/^\/s\/([^/]*)$/.exec(path)?.[1] ?? '', hash)
}

/** The same of a session that is followed; undefined where the address is none of those. */
export function readLiveAddress(path: string, hash: string): ShareAddress | 'no-key' | 'cut' | undefined {
  const id = /^\/l\/([^/]*)$/.exec(path)?.[1]
  return id === undefined ? undefined : readAddress(id, hash)
}

function readAddress(id: string, hash: string): ShareAddress | 'no-key' | 'cut' {
  const key = hash.replace(/^#/, '')
  if (key === '') return 'no-key'
  return SHARE_ID.test(id) && KEY.test(key) ? { id, key } : 'cut'
}

/** The part of the app's own address that asks it to take over a shared session. */
export function forkHash({ id, key }: ShareAddress): string {
  return `#share=${id}.${key}`
}

/** What {@link forkHash} was made of; undefined for any other part of an address. */
export function readForkHash(hash: string): ShareAddress | undefined {
  const [, id = '', key = ''] = /^#share=([^.]*)\.(.*)$/.exec(hash) ?? []
  return SHARE_ID.test(id) && KEY.test(key) ? { id, key } : undefined
}
