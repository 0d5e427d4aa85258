import semver from 'semver'
import { checkedName } from './manifest'
import { NpmError, OTHER_HANDS } from './npm-error'

/** What a dependency asks a registry for: a range of versions, or a tag. */
export interface Spec {
  /** In the registry; another than the dependency’s where that is an alias. */
  readonly name: string
  readonly type: 'range' | 'version' | 'tag'
  readonly range: string
}

/** A word of a command line. */
export interface Wanted {
  /** Under which it stands in `node_modules`. */
  readonly name: string
  readonly spec: Spec
  /** As it was typed behind the name; empty for none. */
  readonly raw: string
}

const ELSEWHERE =
  /^(?:git(?:\+\w+)?:|git@|https?:|ssh:|file:|link:|portal:|workspace:|catalog:|github:|gitlab:|bitbucket:|gist:|\.{0,2}\/|\.\.?$|~\/|[\w.-]+\/[\w.-]+(?:#.*)?$)/i

/** What stands behind a dependency. @throws NpmError for places that are no registry */
export function specOf(name: string, text: string): Spec {
  const raw = text.trim()
  if (raw.startsWith('npm:')) {
    const [real, range] = cutWord(raw.slice(4))
    return specOf(real, range)
  }
  if (ELSEWHERE.test(raw) || /\.(?:tgz|tar\.gz)$/.test(raw))
    throw new NpmError(
      'EUNSUPPORTEDPROTOCOL',
      `${name}@${raw}: this sandbox’s npm takes packages from a registry alone; folders, archives, git and other addresses are not taken. ${OTHER_HANDS}`,
    )
  checkedName(name)
  if (raw === '' || raw === 'latest') return { name, type: 'tag', range: 'latest' }
  if (semver.valid(raw, true)) return { name, type: 'version', range: raw }
  if (semver.validRange(raw, true) !== null) return { name, type: 'range', range: raw }
  if (!/^[\w.~-]+$/.test(raw)) throw new NpmError('EINVALIDTAGNAME', `Invalid tag name "${raw.slice(0, 100)}" of package "${name}".`)
  return { name, type: 'tag', range: raw }
}

/** Of a dependency in a manifest, where nothing means any version. */
export function dependencySpec(name: string, text: string): Spec {
  return text.trim() === '' ? { name: checkedName(name), type: 'range', range: '*' } : specOf(name, text)
}

/** `name`, `name@range`, `alias@npm:name@range`. @throws NpmError */
export function wantedOf(word: string): Wanted {
  if (/^(?:\.{0,2}\/|\.\.?$|~\/)/.test(word) || /^(?!@)[\w.-]+\/[\w.-]+/.test(word) || /^\w+(?:\+\w+)?:/.test(word)) specOf(word, word)
  const [name, raw] = cutWord(word)
  return { name: checkedName(name), spec: specOf(name, raw), raw }
}

function cutWord(word: string): readonly [name: string, range: string] {
  const at = word.indexOf('@', 1)
  return at < 0 ? [word, ''] : [word.slice(0, at), word.slice(at + 1)]
}

/** Whether a package of this name and version is what was asked for. What a tag means is up to whoever asked last. */
export function isMet({ name, type, range }: Spec, found: { readonly name: string; readonly version: string }): boolean {
  if (name !== found.name) return false
  return type === 'tag' || range === '*' || range === '' || semver.satisfies(found.version, range, true)
}
