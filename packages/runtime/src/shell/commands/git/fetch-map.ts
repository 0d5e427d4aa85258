import { fatal } from './git-error'
import type { Git } from './git-call'
import { isOid } from './oid'
import type { RemoteRef } from './protocol/transport'
import { isRefName } from './refs'
import type { Remote } from './remote-config'
import { findRemoteRef, isLeftOut, mapped, parseRefspec, type Refspec } from './remote-refspec'

/** A ref of the other side, and where it goes. */
export interface Fetched {
  readonly ref: RemoteRef
  /** Undefined: only into FETCH_HEAD. */
  readonly local: string | undefined
  readonly isForced: boolean
  readonly mark: 'merge' | 'not-for-merge' | 'ignore'
}

/** What a fetch brings. */
export interface FetchMap {
  readonly entries: readonly Fetched[]
  /** Tags of what comes come too. */
  readonly followsTags: boolean
  /** Names of the other side that are not taken. */
  readonly funny: readonly string[]
}

/** What is asked for. */
export interface FetchWish {
  readonly remote: Remote
  readonly words: readonly string[]
  readonly tags: 'default' | 'all' | 'none'
  /** Instead of the configured ones. */
  readonly refmap: readonly Refspec[] | undefined
}

/** @throws GitError where a named ref is not there */
export function fetchMap(git: Git, wish: FetchWish, refs: readonly RemoteRef[]): FetchMap {
  const maker = new MapMaker(git, wish, refs)
  return maker.run()
}

class MapMaker {
  readonly #git: Git
  readonly #wish: FetchWish
  readonly #refs: readonly RemoteRef[]
  #entries: Fetched[] = []
  readonly #funny: string[] = []
  #followsTags = false

  constructor(git: Git, wish: FetchWish, refs: readonly RemoteRef[]) {
    this.#git = git
    this.#wish = wish
    this.#refs = refs
  }

  run(): FetchMap {
    const { words, tags, remote } = this.#wish
    const extra: Fetched[] = []
    if (words.length > 0) {
      const specs = words.map((word) => parseRefspec(word, 'fetch'))
      for (const spec of specs) this.#entries.push(...this.#expand(spec, specs, 'merge'))
      for (const spec of this.#wish.refmap ?? remote.fetch) extra.push(...this.#tracked(spec))
    } else this.#defaults()
    if (tags === 'all') this.#entries.push(...this.#expand(parseRefspec('refs/tags/*:refs/tags/*', 'fetch'), [], 'not-for-merge'))
    else if (tags === 'default' && this.#followsTags) this.#entries.push(...this.#tagsAtHand())
    return { entries: unique([...this.#entries, ...extra]), followsTags: this.#followsTags && tags === 'default', funny: this.#funny }
  }

  /** Where what was named by hand is kept too. */
  #tracked(spec: Refspec): Fetched[] {
    if (spec.isNegative) return []
    return this.#entries.flatMap(({ ref }): Fetched[] => {
      const local = mapped(spec, ref.name)
      if (local === undefined || local === '' || isLeftOut(this.#wish.remote.fetch, ref.name)) return []
      return [{ ref, local, isForced: spec.isForced, mark: 'ignore' }]
    })
  }

  #defaults(): void {
    const { remote } = this.#wish
    const { branch } = this.#git.repo
    const isFollowed = branch !== undefined && this.#git.config.get(`branch.${branch}.remote`) === remote.name
    const merges = isFollowed ? this.#git.config.getAll(`branch.${branch}.merge`) : []
    if (remote.fetch.length === 0 && merges.length === 0) {
      const head = this.#refs.find(({ name }) => name === 'HEAD') ?? fatal("couldn't find remote ref HEAD")
      this.#entries.push({ ref: head, local: undefined, isForced: false, mark: 'merge' })
      return
    }
    for (const [i, spec] of remote.fetch.entries()) {
      const isFirst = i === 0 && merges.length === 0 && !spec.isPattern
      this.#entries.push(...this.#expand(spec, remote.fetch, isFirst ? 'merge' : 'not-for-merge'))
    }
    for (const merge of merges) {
      const at = this.#entries.findIndex(({ ref }) => ref.name === merge || ref.name === `refs/heads/${merge}`)
      const known = this.#entries[at]
      if (known !== undefined) this.#entries[at] = { ...known, mark: 'merge' }
      const ref = known === undefined ? findRemoteRef(this.#refs, merge) : undefined
      if (ref !== undefined) this.#entries.push({ ref, local: undefined, isForced: false, mark: 'merge' })
    }
  }

  #expand(spec: Refspec, specs: readonly Refspec[], mark: Fetched['mark']): Fetched[] {
    if (spec.isNegative) return []
    if (spec.target !== undefined && spec.target !== '') this.#followsTags = true
    if (!spec.isPattern) return [this.#single(spec, mark)]
    return this.#refs.flatMap((ref): Fetched[] => {
      const local = mapped(spec, ref.name)
      if (local === undefined || isLeftOut(specs, ref.name)) return []
      if (!isRefName(ref.name) || (local !== '' && !isRefName(local))) {
        this.#funny.push(local)
        return []
      }
      return [{ ref, local: local === '' ? undefined : local, isForced: spec.isForced, mark }]
    })
  }

  #single(spec: Refspec, mark: Fetched['mark']): Fetched {
    const source = spec.source === '' ? 'HEAD' : spec.source
    const exact = isOid(source) ? { name: source, oid: source } : undefined
    const ref = findRemoteRef(this.#refs, source) ?? exact ?? fatal(`couldn't find remote ref ${source}`)
    const local = spec.target === undefined || spec.target === '' ? undefined : fullLocal(spec.target)
    return { ref, local, isForced: spec.isForced, mark }
  }

  /** Tags of objects that are here or that are asked for. */
  #tagsAtHand(): Fetched[] {
    const wanted = new Set(this.#entries.map(({ ref }) => ref.oid))
    const { objects } = this.#git.repo
    return missingTags(this.#git, this.#refs, (oid) => wanted.has(oid) || objects.has(oid))
  }
}

/** Tags that are not here although their objects are. */
export function missingTags(git: Git, refs: readonly RemoteRef[], isHere: (oid: string) => boolean): Fetched[] {
  return refs.flatMap((ref): Fetched[] => {
    const isMeant = ref.name.startsWith('refs/tags/') && isRefName(ref.name) && git.repo.refs.resolve(ref.name) === undefined
    if (!isMeant || !(isHere(ref.oid) || (ref.peeled !== undefined && isHere(ref.peeled)))) return []
    return [{ ref, local: ref.name, isForced: false, mark: 'not-for-merge' }]
  })
}

function fullLocal(name: string): string {
  if (name.startsWith('refs/')) return name
  return /^(heads|tags|remotes)\//.test(name) ? `refs/${name}` : `refs/heads/${name}`
}

/** @throws GitError where two refs of the other side go to the same place */
function unique(entries: readonly Fetched[]): Fetched[] {
  const seen = new Map<string, Fetched>()
  return entries.filter((entry) => {
    if (entry.local === undefined) return true
    const known = seen.get(entry.local)
    seen.set(entry.local, known ?? entry)
    if (known !== undefined && known.ref.name !== entry.ref.name) {
      if (entry.mark === 'ignore' || known.mark === 'ignore') return false
      fatal(`Cannot fetch both ${known.ref.name} and ${entry.ref.name} to ${entry.local}`)
    }
    return known === undefined
  })
}
