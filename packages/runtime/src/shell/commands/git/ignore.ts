import { textOf } from '../../text'
import { expandHome } from './config'
import { matches, parseRules, type IgnoreRule, type Rule } from './ignore-rules'
import type { Repository } from './repository'

/** What a repository's working tree leaves out. */
export class Ignore {
  readonly #repo: Repository
  readonly #isAlone: boolean
  readonly #extra: readonly Rule[]
  readonly #byFolder = new Map<string, readonly Rule[]>()
  readonly #outer: readonly Rule[]
  readonly #known = new Map<string, IgnoreRule | undefined>()

  /**
   * @param patterns of the command line
   * @param isAlone only these count, as for `git clean -x`
   */
  constructor(repo: Repository, patterns: readonly string[] = [], isAlone = false) {
    this.#repo = repo
    this.#isAlone = isAlone
    this.#extra = parseRules(patterns.join('\n'), '<command line>', '')
    const { config, files } = repo
    const home = config.get('core.excludesfile')
    const read = (path: string, name: string): Rule[] => {
      const node = files.find(path)
      return node?.type === 'file' ? parseRules(textOf(node.bytes), name, '') : []
    }
    const own = home === undefined ? '/home/user/.config/git/ignore' : expandHome(home, '/home/user')
    this.#outer = [...read(own, own), ...read(`${repo.commonDir}/info/exclude`, '.git/info/exclude')]
  }

  #rules(folder: string): readonly Rule[] {
    const known = this.#byFolder.get(folder)
    if (known !== undefined) return known
    const name = folder === '' ? '.gitignore' : `${folder}/.gitignore`
    const node = this.#repo.files.find(this.#repo.at(name))
    const rules = node?.type === 'file' ? parseRules(textOf(node.bytes), name, folder) : []
    this.#byFolder.set(folder, rules)
    return rules
  }

  /** The rule that decides about a path; a folder above it that is left out decides first. */
  rule(path: string, isFolder: boolean): IgnoreRule | undefined {
    const slash = path.lastIndexOf('/')
    if (slash > 0) {
      const above = this.folderRule(path.slice(0, slash))
      if (above !== undefined && !above.isNot) return above
    }
    return this.own(path, isFolder)
  }

  folderRule(path: string): IgnoreRule | undefined {
    if (this.#known.has(path)) return this.#known.get(path)
    const rule = this.rule(path, true)
    this.#known.set(path, rule)
    return rule
  }

  /** The rule about the path itself, the folders above not asked. */
  own(path: string, isFolder: boolean): IgnoreRule | undefined {
    const fits = (rule: Rule): boolean => matches(rule, path, isFolder)
    const extra = this.#extra.findLast(fits)
    if (extra !== undefined || this.#isAlone) return extra
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      const found = this.#rules(folder).findLast(fits)
      if (found !== undefined) return found
      if (folder === '') break
    }
    return this.#outer.findLast(fits)
  }

  isIgnored(path: string, isFolder: boolean): boolean {
    const rule = this.rule(path, isFolder)
    return rule !== undefined && !rule.isNot
  }
}

function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash < 0 ? '' : path.slice(0, slash)
}
