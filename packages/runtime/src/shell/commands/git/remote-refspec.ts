import { fatal } from './git-error'
import type { RemoteRef } from './protocol/transport'
import { isRefName } from './refs'

/** `+refs/heads/*:refs/remotes/origin/*`, read. */
export interface Refspec {
  readonly text: string
  readonly isForced: boolean
  /** `^refs/heads/x`: what is left out. */
  readonly isNegative: boolean
  readonly source: string
  /** Undefined: none was named; empty: nowhere. */
  readonly target: string | undefined
  readonly isPattern: boolean
  /** Only `:`, that is, what both sides have. */
  readonly isMatching: boolean
}

/** @throws GitError */
export function parseRefspec(text: string, kind: 'fetch' | 'push'): Refspec {
  const isForced = text.startsWith('+')
  const isNegative = text.startsWith('^')
  const body = isForced || isNegative ? text.slice(1) : text
  const colon = body.lastIndexOf(':')
  const source = colon < 0 ? body : body.slice(0, colon)
  const target = colon < 0 ? undefined : body.slice(colon + 1)
  const stars = (name: string): number => name.split('*').length - 1
  const isPattern = stars(source) === 1
  const isMatching = kind === 'push' && body === ':'
  const isValid =
    stars(source) <= 1 &&
    (target === undefined || target === '' ? !(isPattern && kind === 'push' && target === '') : stars(target) === stars(source)) &&
    (source === '' ? target !== undefined : kind === 'push' && !isPattern ? true : isName(source)) &&
    (target === undefined || target === '' || isName(target)) &&
    !(kind === 'push' && target === '' && source !== '')
  if (!isValid && !isMatching) fatal(`invalid refspec '${text}'`)
  return { text, isForced, isNegative, source: source === '@' ? 'HEAD' : source, target, isPattern, isMatching }
}

function isName(name: string): boolean {
  return isRefName(name.replace('*', 'x')) || name === '@'
}

/** What a name becomes by a refspec with a star; undefined where it is not meant. */
export function mapped(spec: Refspec, name: string): string | undefined {
  if (!spec.isPattern) return name === spec.source ? (spec.target ?? '') : undefined
  const star = matchStar(spec.source, name)
  return star === undefined ? undefined : (spec.target ?? '').replace('*', () => star)
}

/** The other way round: what a name of ours is there. */
export function unmapped(spec: Refspec, name: string): string | undefined {
  if (spec.target === undefined || spec.target === '') return undefined
  if (!spec.isPattern) return name === spec.target ? spec.source : undefined
  const star = matchStar(spec.target, name)
  return star === undefined ? undefined : spec.source.replace('*', () => star)
}

function matchStar(pattern: string, name: string): string | undefined {
  const [head = '', tail = ''] = pattern.split('*')
  if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return undefined
  return name.slice(head.length, name.length - tail.length)
}

/** Whether a negative refspec leaves a name out. */
export function isLeftOut(specs: readonly Refspec[], name: string): boolean {
  return specs.some((spec) => spec.isNegative && (spec.isPattern ? matchStar(spec.source, name) !== undefined : spec.source === name))
}

const RULES = ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']

/** The ref of the other side that a short name stands for. */
export function findRemoteRef(refs: readonly RemoteRef[], name: string): RemoteRef | undefined {
  for (const rule of RULES) {
    const found = refs.find((ref) => ref.name === rule + name)
    if (found !== undefined) return found
  }
  return refs.find((ref) => ref.name === `refs/remotes/${name}/HEAD`)
}

/** A ref as it stands in tables: without `refs/heads/`, `refs/tags/`, `refs/remotes/`. */
export function prettyRef(name: string): string {
  return name.replace(/^refs\/(?:heads|tags|remotes)\//, '')
}
