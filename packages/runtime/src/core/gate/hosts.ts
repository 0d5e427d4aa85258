import type { SessionEvent } from '@tabwright/protocol'
import { hostAsWritten } from './punycode'
import { isAttachedText, ownWords } from '../attached'

/**
 * Hosts by who named them first. A host that only ever came up in what others wrote is where they would like things to be sent; one that a
 * person wrote, or let a request through to, is theirs.
 */
export interface KnownHosts {
  readonly by: ReadonlyMap<string, 'person' | 'others'>
  /** More came up than are kept: whatever the person did not name counts as named by others. */
  readonly isFull: boolean
}

/** Before anything was said. */
export const NO_HOSTS: KnownHosts = { by: new Map(), isFull: false }

const MOST_HOSTS = 5_000
/** So many stand in one fact; where there are as many, the table counts as full. */
export const MOST_TOLD = 500
/** Of a longer text only so much is looked at, and the table counts as full. */
const LONGEST = 200_000

/** Adds a fact. @param untrusted results may hold what others wrote */
export function foldHosts(hosts: KnownHosts, event: SessionEvent, untrusted: boolean): KnownHosts {
  switch (event.type) {
    case 'message.user': {
      const { from } = event.data
      if (from !== 'user' && from !== 'worker') return hosts
      const named = withHosts(hosts, hostsIn(ownWords(event.data.content)), from === 'user' ? 'person' : 'others')
      // Whose words an attached text has, nobody knows.
      const attached = event.data.content
        .filter(isAttachedText)
        .map(({ text }) => text)
        .join('\n')
      const next = withHosts(named, hostsIn(attached.slice(0, LONGEST)), 'others')
      return attached.length > LONGEST ? { ...next, isFull: true } : next
    }
    // What the agent offered to choose from is its own; what the person wrote is theirs.
    case 'question.answered': {
      const { answer } = event.data
      return answer.type === 'answered' ? withHosts(hosts, hostsIn(answer.text ?? ''), 'person') : hosts
    }
    case 'functions.told': {
      const told = withHosts(hosts, event.data.hosts, 'others')
      return event.data.hosts.length < MOST_TOLD ? told : { ...told, isFull: true }
    }
    case 'call.requested':
      return withHosts(hosts, hostsIn(event.data.input.slice(0, LONGEST)), 'others')
    case 'fetch.started':
      return event.data.host === undefined ? hosts : withHosts(hosts, [bare(event.data.host)], 'person')
    case 'call.ended': {
      if (!untrusted) return hosts
      const { text } = event.data.outcome
      const next = withHosts(hosts, hostsIn(text.slice(0, LONGEST)), 'others')
      return text.length > LONGEST ? { ...next, isFull: true } : next
    }
    default:
      return hosts
  }
}

/** Whether only others named this host, or one that it is a part of. */
export function isFromOthers({ by, isFull }: KnownHosts, host: string): boolean {
  const parts = bare(host).split('.')
  const names = parts.map((_part, i) => parts.slice(i).join('.')).filter((name, i) => i === 0 || name.includes('.'))
  // What the person named first counts, from the host itself outwards.
  for (const name of names) {
    const who = by.get(name)
    if (who !== undefined) return who === 'others'
  }
  return isFull
}

function withHosts(hosts: KnownHosts, names: readonly string[], who: 'person' | 'others'): KnownHosts {
  const fresh = names.filter((name) => (who === 'person' ? hosts.by.get(name) !== 'person' : !hosts.by.has(name)))
  if (fresh.length === 0) return hosts
  const by = new Map(hosts.by)
  for (const name of fresh) {
    if (by.size >= MOST_HOSTS && !by.has(name) && who === 'others') return { by, isFull: true }
    by.set(name, who)
  }
  return { by, isFull: hosts.isFull }
}

/** Names of hosts as they stand in a text, with an address around them or alone. */
const HOST = /(?<![\w.@-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,10}[\p{L}\p{N}-]{2,63}(?![\w-])|\[[0-9a-f:.]{3,45}\]/giu

/** Each host that stands in a text, once. */
export function hostsIn(text: string): readonly string[] {
  // Addresses know dots and letters of other widths too.
  const plain = text.replaceAll(/[\u3002\uff0e\uff61]/g, '.').normalize('NFKC')
  return [...new Set([...plain.matchAll(HOST)].map(([name]) => bare(name)))]
}

/** Without a port and a dot at the end, in small letters, and as people write it. */
function bare(host: string): string {
  return hostAsWritten(host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, ''))
}
