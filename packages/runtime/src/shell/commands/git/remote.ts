import { gitArgs, usage } from './args'
import { changeConfig } from './config-command'
import type { ConfigFile } from './config-file'
import { fetch, staleRefs } from './fetch'
import { fatal, GitError } from './git-error'
import type { Git } from './git-call'
import { isRefName } from './refs'
import { connect, remoteNames, remoteOf, shownUrl } from './remote-config'
import { prettyRef, unmapped } from './remote-refspec'
import { showRemote } from './remote-show'

/** `git remote`. */
export async function remote(git: Git, words: readonly string[]): Promise<number> {
  const isVerbose = words[0] === '-v' || words[0] === '--verbose'
  const [action, ...rest] = isVerbose ? words.slice(1) : words
  void git.repo
  switch (action) {
    case undefined:
      return list(git, isVerbose)
    case 'add':
      return add(git, rest)
    case 'rename':
      return rename(git, rest)
    case 'rm':
    case 'remove':
      return remove(git, rest)
    case 'set-url':
      return setUrl(git, rest)
    case 'get-url':
      return getUrl(git, rest)
    case 'set-head':
      return setHead(git, rest)
    case 'set-branches':
      return setBranches(git, rest)
    case 'show':
      return show(git, rest, isVerbose)
    case 'prune':
      return prune(git, rest)
    case 'update':
      return update(git, rest)
    default:
      return action.startsWith('-')
        ? usage(`unknown switch \`${action.replace(/^-+/, '').charAt(0)}'`)
        : usage(`unknown subcommand: \`${action}'`)
  }
}

function list(git: Git, isVerbose: boolean): number {
  for (const name of remoteNames(git)) {
    if (!isVerbose) {
      git.print(`${name}\n`)
      continue
    }
    const { url, pushUrls } = remoteOf(git, name)
    git.print(`${name}\t${shownUrl(url)} (fetch)\n`)
    for (const one of pushUrls) git.print(`${name}\t${shownUrl(one)} (push)\n`)
  }
  return 0
}

/** @throws GitError where a token would be written into the settings of the repository */
function refuseSecret(url: string): void {
  const match = /^([a-z][a-z0-9+.-]*:\/\/)[^/@:]*:[^/@]+@(.*)$/i.exec(url)
  if (match !== null)
    fatal(
      `a password or token in an address would be kept in this sandbox; use ${match[1] ?? ''}${match[2] ?? ''} and enter the token in Settings › Git hosts`,
    )
}

async function add(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'f,fetch tags t,track= m,master= !mirror?')
  const [name, url, extra] = args.words
  if (name === undefined || url === undefined || extra !== undefined) throw usageOf('git remote add [<options>] <name> <url>')
  if (remoteNames(git).includes(name)) throw new GitError(`remote ${name} already exists.`, { kind: 'error', code: 3 })
  if (!isRefName(`refs/remotes/${name}/test`)) fatal(`'${name}' is not a valid remote name`)
  refuseSecret(url)
  const tracked = args.values('track')
  changeConfig(git, (file) => {
    file.add(`remote.${name}.url`, 'url', url)
    for (const branch of tracked.length > 0 ? tracked : ['*'])
      file.add(`remote.${name}.fetch`, 'fetch', `+refs/heads/${branch}:refs/remotes/${name}/${branch}`)
    const tags = args.last('tags', 'no-tags')
    if (tags !== undefined) file.add(`remote.${name}.tagopt`, 'tagopt', `--${tags}`)
  })
  const master = args.value('master')
  if (args.has('fetch')) {
    git.print(`Updating ${name}\n`)
    await git.out.flush()
    const code = await again(git, ['fetch', name])
    if (code !== 0) return 1
  }
  if (master !== undefined) git.repo.refs.symbolic(`refs/remotes/${name}/HEAD`, `refs/remotes/${name}/${master}`)
  return 0
}

/** Runs git again, because its settings were changed. */
function again(git: Git, words: readonly string[]): Promise<number> {
  return git.call.exec(['git', ...words], { cwd: git.cwd })
}

function usageOf(text: string): GitError {
  return new GitError(`usage: ${text}`, { kind: 'plain', code: 129 })
}

function existing(git: Git, name: string | undefined, how: { readonly usage: string; readonly isColon?: boolean }): string {
  if (name === undefined) throw usageOf(how.usage)
  if (remoteNames(git).includes(name)) return name
  throw new GitError(`No such remote${how.isColon === true ? ':' : ''} '${name}'`, { kind: 'error', code: 2 })
}

function rename(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'progress')
  const [from, to, extra] = args.words
  const text = 'git remote rename [--[no-]progress] <old> <new>'
  if (to === undefined || extra !== undefined) throw usageOf(text)
  const old = existing(git, from, { usage: text, isColon: true })
  if (old === to) return 0
  if (remoteNames(git).includes(to)) throw new GitError(`remote ${to} already exists.`, { kind: 'error', code: 3 })
  if (!isRefName(`refs/remotes/${to}/test`)) fatal(`'${to}' is not a valid remote name`)
  const followers = git.config.subsections('branch').filter((branch) => git.config.get(`branch.${branch}.remote`) === old)
  changeConfig(git, (file) => {
    const specs = file.values(`remote.${old}.fetch`)
    file.renameSection(`remote.${old}`, `remote.${to}`)
    file.unset(`remote.${to}.fetch`)
    for (const spec of specs)
      file.add(
        `remote.${to}.fetch`,
        'fetch',
        spec.replace(`:refs/remotes/${old}/`, () => `:refs/remotes/${to}/`),
      )
    for (const branch of followers) file.set(`branch.${branch}.remote`, 'remote', to)
  })
  moveTracking(git, old, to)
  return 0
}

function moveTracking(git: Git, from: string, to: string): void {
  const { refs } = git.repo
  const prefix = `refs/remotes/${from}/`
  const all = refs.list(prefix).map(([name]): [string, string | undefined] => [name, refs.target(name)])
  for (const [name, target] of all) {
    const fresh = `refs/remotes/${to}/${name.slice(prefix.length)}`
    if (target === undefined) refs.rename(name, fresh, git.reason(`remote: renamed ${name} to ${fresh}`))
    else refs.remove(name)
  }
  for (const [name, target] of all)
    if (target !== undefined)
      refs.symbolic(
        `refs/remotes/${to}/${name.slice(prefix.length)}`,
        target.startsWith(prefix) ? `refs/remotes/${to}/${target.slice(prefix.length)}` : target,
        git.reason(`remote: renamed ${name} to refs/remotes/${to}/${name.slice(prefix.length)}`),
      )
}

function remove(git: Git, words: readonly string[]): number {
  const name = existing(git, words[0], { usage: 'git remote remove <name>', isColon: true })
  const followers = git.config.subsections('branch').filter((branch) => git.config.get(`branch.${branch}.remote`) === name)
  const { fetch: specs } = remoteOf(git, name)
  const { refs } = git.repo
  const owned = refs.list().filter(([ref]) => specs.some((spec) => !spec.isNegative && unmapped(spec, ref) !== undefined))
  changeConfig(git, (file) => {
    for (const branch of followers) {
      file.unset(`branch.${branch}.remote`)
      file.unset(`branch.${branch}.merge`)
      file.unset(`branch.${branch}.pushremote`)
    }
    if (file.values('remote.pushdefault').includes(name)) file.unset('remote.pushdefault')
    file.removeSection(`remote.${name}`)
  })
  // A symbolic one first: it is listed only while what it names is there.
  for (const [ref] of owned.toSorted(([a], [b]) => Number(refs.target(b) !== undefined) - Number(refs.target(a) !== undefined)))
    if (ref.startsWith('refs/remotes/')) refs.remove(ref)
  return 0
}

function setUrl(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'push add delete')
  const text = 'git remote set-url [--push] <name> <newurl> [<oldurl>]'
  const [first, url, old] = args.words
  if (url === undefined) throw usageOf(text)
  const name = existing(git, first, { usage: text })
  refuseSecret(url)
  const field = args.has('push') ? 'pushurl' : 'url'
  const key = `remote.${name}.${field}`
  changeConfig(git, (file) => {
    const urls = file.values(key)
    if (args.has('add')) return file.add(key, field, url)
    if (args.has('delete')) return dropUrls(file, { key, url, isPush: args.has('push') })
    if (old === undefined && urls.length <= 1) return file.set(key, field, url)
    const pattern = old === undefined ? undefined : new RegExp(old)
    const at = urls.findIndex((one) => pattern?.test(one) ?? true)
    if (at < 0) fatal(`No such URL found: ${old ?? ''}`)
    file.unset(key)
    for (const [i, one] of urls.entries()) file.add(key, field, i === at ? url : one)
    return undefined
  })
  return 0
}

function dropUrls(file: ConfigFile, { key, url, isPush }: { readonly key: string; readonly url: string; readonly isPush: boolean }): void {
  const urls = file.values(key)
  const pattern = new RegExp(url)
  const gone = urls.filter((one) => pattern.test(one))
  if (gone.length === 0) fatal(`No such URL found: ${url}`)
  if (gone.length === urls.length && !isPush) fatal('Will not delete all non-push URLs')
  file.unset(key, (one) => pattern.test(one))
}

function getUrl(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'push all')
  const name = existing(git, args.words[0], { usage: 'git remote get-url [--push] [--all] <name>' })
  const { url, pushUrls } = remoteOf(git, name)
  const urls = args.has('push')
    ? pushUrls
    : git.config.getAll(`remote.${name}.url`).length > 1
      ? git.config.getAll(`remote.${name}.url`)
      : [url]
  for (const one of args.has('all') ? urls : urls.slice(0, 1)) git.print(`${one}\n`)
  return 0
}

async function setHead(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'a,auto d,delete')
  const [name = '', branch] = args.words
  if (name === '') throw usageOf('git remote set-head <name> (-a | --auto | -d | --delete | <branch>)')
  const head = `refs/remotes/${name}/HEAD`
  const { refs } = git.repo
  if (args.has('delete')) {
    if (refs.target(head) === undefined) throw new GitError(`Could not delete ${head}`, { kind: 'error', code: 1 })
    refs.remove(head)
    return 0
  }
  let to = branch
  if (args.has('auto')) {
    const transport = connect(git, remoteOf(git, name).url, { isProgress: false })
    to = (await transport.refs('fetch')).find((ref) => ref.name === 'HEAD')?.target?.replace(/^refs\/heads\//, '')
    if (to === undefined) throw new GitError('Cannot determine remote HEAD', { kind: 'error', code: 1 })
  }
  if (to === undefined) throw usageOf('git remote set-head <name> (-a | --auto | -d | --delete | <branch>)')
  const target = `refs/remotes/${name}/${to}`
  if (refs.resolve(target) === undefined) throw new GitError(`Not a valid ref: ${target}`, { kind: 'error', code: 1 })
  refs.symbolic(head, target, git.reason('remote set-head'))
  if (args.has('auto')) git.print(`${name}/HEAD set to ${to}\n`)
  return 0
}

function setBranches(git: Git, words: readonly string[]): number {
  const args = gitArgs(words, 'add')
  const [first, ...branches] = args.words
  const name = existing(git, first, { usage: 'git remote set-branches [--add] <name> <branch>...' })
  changeConfig(git, (file) => {
    if (!args.has('add')) file.unset(`remote.${name}.fetch`)
    for (const branch of branches) file.add(`remote.${name}.fetch`, 'fetch', `+refs/heads/${branch}:refs/remotes/${name}/${branch}`)
  })
  return 0
}

async function show(git: Git, words: readonly string[], isVerbose: boolean): Promise<number> {
  const args = gitArgs(words, 'n')
  if (args.words.length === 0) return list(git, isVerbose)
  for (const name of args.words) await showRemote(git, name, args.has('n'))
  return 0
}

async function prune(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'n,dry-run')
  if (args.words.length === 0) throw usageOf('git remote prune [<options>] <name>')
  for (const name of args.words) {
    const own = remoteOf(git, existing(git, name, { usage: 'git remote prune [<options>] <name>' }))
    const refs = await connect(git, own.url, { isProgress: false }).refs('fetch')
    const stale = staleRefs(git, own.fetch, refs)
    if (stale.length > 0) git.print(`Pruning ${name}\nURL: ${shownUrl(own.url)}\n`)
    for (const ref of stale) {
      if (!args.has('dry-run')) git.repo.refs.remove(ref)
      git.print(` * [${args.has('dry-run') ? 'would prune' : 'pruned'}] ${prettyRef(ref)}\n`)
    }
    const head = `refs/remotes/${name}/HEAD`
    const target = git.repo.refs.target(head)
    if (target !== undefined && stale.includes(target))
      git.print(` ${head} ${args.has('dry-run') ? 'will become' : 'has become'} dangling!\n`)
  }
  return 0
}

async function update(git: Git, words: readonly string[]): Promise<number> {
  const args = gitArgs(words, 'p,prune')
  const flags = args.has('prune') ? ['--prune'] : []
  if (args.words.length === 0) {
    const names = remoteNames(git).filter((name) => git.config.bool(`remote.${name}.skipdefaultupdate`) !== true)
    return names.length === 1 ? fetch(git, [...flags, names[0] ?? '']) : fetch(git, [...flags, '--multiple', ...names])
  }
  return fetch(git, args.words.length === 1 ? [...flags, ...args.words] : [...flags, '--multiple', ...args.words])
}
