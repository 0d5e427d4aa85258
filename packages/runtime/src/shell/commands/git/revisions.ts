import { compilePattern } from '../../regex/pattern'
import { approximateDate } from './git-date'
import { GitError } from './git-error'
import type { Commit } from './objects'
import { MODE_TREE } from './objects'
import { isOid, type ObjectType } from './oid'
import type { Repository } from './repository'
import { mergeBases, walkFrom } from './commit-graph'

/** A path in a tree. */
export interface TreePlace {
  readonly oid: string
  readonly mode: number
}

/** Names of objects as people write them: `HEAD~2`, `v1^{tree}`, `main@{1}`, `:/fix`, `HEAD:src`. */
export class Revisions {
  readonly #repo: Repository
  readonly #now: number
  readonly #prefix: string

  constructor(repo: Repository, now: number, prefix = '') {
    this.#repo = repo
    this.#prefix = prefix
    this.#now = now
  }

  /** @throws GitError in the words for something that is no revision */
  resolve(text: string): string {
    return this.find(text) ?? unknown(text)
  }

  commit(text: string): Commit {
    const oid = this.resolve(text)
    return this.#repo.objects.commit(this.peel(oid, 'commit') ?? notACommit(text))
  }

  /** The name of an object, or undefined. */
  find(text: string): string | undefined {
    if (text === '') return undefined
    if (text.startsWith(':/')) return this.#byMessage(text.slice(2), undefined)
    if (text.startsWith(':')) return this.#inIndex(text.slice(1))
    const colon = colonOf(text)
    if (colon >= 0) {
      const from = this.find(text.slice(0, colon))
      const tree = from === undefined ? undefined : this.peel(from, 'tree')
      return tree === undefined ? undefined : this.inTree(tree, this.#fromHere(text.slice(colon + 1)))?.oid
    }
    const between = /^(.*)\.\.\.(.*)$/.exec(text)
    if (between !== null) return this.#base(between[1] ?? '', between[2] ?? '')
    return this.#suffixed(text)
  }

  /** `./x` and `../x` are seen from the folder of the command. */
  #fromHere(path: string): string {
    if (!/^\.\.?(\/|$)/.test(path)) return path
    const parts = this.#prefix.split('/').filter((part) => part !== '')
    for (const part of path.split('/')) {
      if (part === '..') parts.pop()
      else if (part !== '' && part !== '.') parts.push(part)
    }
    return parts.join('/')
  }

  #base(left: string, right: string): string | undefined {
    const a = this.find(left === '' ? 'HEAD' : left)
    const b = this.find(right === '' ? 'HEAD' : right)
    return a === undefined || b === undefined ? undefined : mergeBases(this.#repo.objects, a, [b])[0]
  }

  #suffixed(text: string): string | undefined {
    const match = /^(.*?)((?:\^\{[^}]*\}|\^\d*|~\d*)*)$/s.exec(text)
    let oid = this.#name(match?.[1] ?? text)
    for (const [step] of (match?.[2] ?? '').matchAll(/\^\{[^}]*\}|\^\d*|~\d*/g)) {
      if (oid === undefined) return undefined
      oid = this.#step(oid, step)
    }
    return oid
  }

  #step(from: string, step: string): string | undefined {
    if (step.startsWith('^{')) return this.#braced(from, step.slice(2, -1))
    const commit = this.peel(from, 'commit')
    if (commit === undefined) return undefined
    const count = step.length === 1 ? 1 : Number(step.slice(1))
    if (step.startsWith('^')) return count === 0 ? commit : this.#repo.objects.commit(commit).parents[count - 1]
    let at: string | undefined = commit
    for (let i = 0; i < count && at !== undefined; i++) at = this.#repo.objects.commit(at).parents[0]
    return at
  }

  #braced(from: string, what: string): string | undefined {
    if (what.startsWith('/')) return this.#byMessage(what.slice(1), from)
    if (what === '' || what === 'object') return what === '' ? this.#untagged(from) : from
    if (what === 'commit' || what === 'tree' || what === 'blob' || what === 'tag') return this.peel(from, what)
    return undefined
  }

  #untagged(oid: string): string {
    const { objects } = this.#repo
    let at = oid
    while (objects.read(at).type === 'tag') at = objects.tag(at).object
    return at
  }

  /** The object behind tags, and the tree behind a commit. */
  peel(oid: string, type: ObjectType): string | undefined {
    const { objects } = this.#repo
    const object = objects.find(oid)
    if (object === undefined) return undefined
    if (object.type === type) return oid
    if (object.type === 'tag') return this.peel(objects.tag(oid).object, type)
    return object.type === 'commit' && type === 'tree' ? objects.commit(oid).tree : undefined
  }

  #name(text: string): string | undefined {
    if (text === '@') return this.#repo.head
    const at = /^(.*)@\{([^}]*)\}$/s.exec(text)
    if (at !== null) return this.#at(at[1] ?? '', at[2] ?? '')
    if (isOid(text)) return text
    const ref = this.fullRef(text)
    if (ref !== undefined) return this.#repo.refs.resolve(ref)
    const described = /-g([0-9a-f]{4,40})$/.exec(text)
    const short = described?.[1] ?? (/^[0-9a-f]{4,40}$/i.test(text) ? text.toLowerCase() : undefined)
    return short === undefined ? undefined : this.#short(short)
  }

  #short(text: string): string | undefined {
    const all = this.#repo.objects.startingWith(text)
    if (all.length <= 1) return all[0]
    const commits = all.filter((oid) => this.#repo.objects.read(oid).type === 'commit')
    if (commits.length === 1) return commits[0]
    throw new GitError(`short object ID ${text} is ambiguous`, { kind: 'error', code: 128 })
  }

  /** The ref that a short name stands for. */
  fullRef(text: string): string | undefined {
    const name = text === '@' ? 'HEAD' : text
    for (const rule of ['', 'refs/', 'refs/tags/', 'refs/heads/', 'refs/remotes/']) {
      if (rule === '' && !/^(refs\/|[A-Z_]+$)/.test(name)) continue
      if (this.#repo.refs.resolve(rule + name) !== undefined) return rule + name
    }
    return this.#repo.refs.resolve(`refs/remotes/${name}/HEAD`) === undefined ? undefined : `refs/remotes/${name}/HEAD`
  }

  /** The ref behind `main`, `@{u}`, `@{-1}`, also where it has no commit yet. */
  symbolic(text: string): string | undefined {
    const { refs, branch } = this.#repo
    const at = /^(.*)@\{([^}]*)\}$/s.exec(text)
    if (at === null) {
      const full = this.fullRef(text)
      if (full === 'HEAD') return refs.final('HEAD')
      return full ?? (text === 'HEAD' || text === '@' ? refs.target('HEAD') : undefined)
    }
    const name = at[1] ?? ''
    const what = at[2] ?? ''
    const own = name === '' || name === 'HEAD' || name === '@' ? branch : name
    if (/^(u|upstream)$/i.test(what)) return own === undefined ? undefined : this.upstream(own)
    if (/^push$/i.test(what)) return own === undefined ? undefined : this.upstream(own)
    const back = /^-(\d+)$/.exec(what)
    const previous = back === null ? undefined : this.previous(Number(back[1]))
    return previous === undefined ? undefined : `refs/heads/${previous}`
  }

  #at(name: string, what: string): string | undefined {
    const { refs, branch } = this.#repo
    if (/^(u|upstream|push)$/i.test(what)) {
      const own = name === '' || name === 'HEAD' || name === '@' ? branch : name
      if (own === undefined) throw new GitError('HEAD does not point to a branch')
      const up = this.upstream(own)
      if (up === undefined) {
        if (refs.resolve(`refs/heads/${own}`) === undefined && name !== '') throw new GitError(`no such branch: '${own}'`)
        throw new GitError(`no upstream configured for branch '${own}'`)
      }
      return refs.resolve(up)
    }
    const back = /^-(\d+)$/.exec(what)
    if (back !== null) {
      const previous = name === '' ? this.previous(Number(back[1])) : undefined
      return previous === undefined ? undefined : (refs.resolve(`refs/heads/${previous}`) ?? this.find(previous))
    }
    const ref = name === '' ? (branch === undefined ? 'HEAD' : `refs/heads/${branch}`) : this.fullRef(name)
    return ref === undefined ? undefined : this.#logged({ ref, name: name === '' ? (branch ?? 'HEAD') : name }, what)
  }

  #logged({ ref, name }: { readonly ref: string; readonly name: string }, what: string): string | undefined {
    const entries = this.#repo.refs.reflog(ref).toReversed()
    if (/^\d{1,8}$/.test(what)) {
      const count = Number(what)
      if (count === 0) return entries[0]?.to ?? this.#repo.refs.resolve(ref)
      const found = entries[count]?.to ?? (count === entries.length ? entries.at(-1)?.from : undefined)
      if (found === undefined || /^0+$/.test(found)) throw new GitError(`log for '${name}' only has ${entries.length} entries`)
      return found
    }
    const time = approximateDate(what, this.#now, 'UTC')
    return entries.find((entry) => entry.who.time <= time)?.to ?? entries.at(-1)?.to
  }

  /** The branch that was checked out before, so many switches ago. */
  previous(count: number): string | undefined {
    const moves = this.#repo.refs.reflog('HEAD').toReversed()
    const names = moves.flatMap(({ message }) => /^checkout: moving from (\S+) to /.exec(message)?.[1] ?? [])
    return names[count - 1]
  }

  /** The ref that a branch follows. */
  upstream(branch: string): string | undefined {
    const { config } = this.#repo
    const remote = config.get(`branch.${branch}.remote`)
    const merge = config.get(`branch.${branch}.merge`)
    if (remote === undefined || merge === undefined) return undefined
    if (remote === '.') return merge
    for (const spec of config.getAll(`remote.${remote}.fetch`)) {
      const [from = '', to = ''] = spec.replace(/^\+/, '').split(':')
      if (from === merge) return to
      if (from.endsWith('*') && merge.startsWith(from.slice(0, -1))) return to.replace('*', merge.slice(from.length - 1))
    }
    return undefined
  }

  #byMessage(pattern: string, from: string | undefined): string | undefined {
    const { objects, refs } = this.#repo
    const starts =
      from === undefined ? [...refs.list().map(([, oid]) => oid), ...(this.#repo.head === undefined ? [] : [this.#repo.head])] : [from]
    const tips = starts.flatMap((oid) => this.peel(oid, 'commit') ?? [])
    const isNot = pattern.startsWith('!-')
    const expression = compilePattern(pattern.replace(/^!-/, '').replace(/^!!/, '!'), { dialect: 'ere' })
    for (const commit of walkFrom(objects, tips)) if (expression.test(commit.message) !== isNot) return commit.oid
    return undefined
  }

  #inIndex(text: string): string | undefined {
    const match = /^([0-3]):(.*)$/s.exec(text)
    const path = this.#fromHere(match?.[2] ?? text)
    return this.#repo.index.get(path, Number(match?.[1] ?? 0))?.oid
  }

  /** What stands at a path of a tree. */
  inTree(tree: string, path: string): TreePlace | undefined {
    const { objects } = this.#repo
    let at: TreePlace = { oid: tree, mode: MODE_TREE }
    for (const name of path.split('/').filter((part) => part !== '' && part !== '.')) {
      if (at.mode !== MODE_TREE) return undefined
      const entry = objects.tree(at.oid).find((one) => one.name === name)
      if (entry === undefined) return undefined
      at = entry
    }
    return at
  }
}

function colonOf(text: string): number {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i)
    if (character === '{') depth += 1
    else if (character === '}') depth -= 1
    else if (character === ':' && depth === 0) return i
  }
  return -1
}

/** @throws GitError */
export function unknown(text: string): never {
  throw new GitError(
    `ambiguous argument '${text}': unknown revision or path not in the working tree.\n` +
      "Use '--' to separate paths from revisions, like this:\n'git <command> [<revision>...] -- [<file>...]'",
  )
}

function notACommit(text: string): never {
  throw new GitError(`Not a valid commit name ${text}`)
}
