import { resolvePath } from '../../tree/tree-node'
import { fatal } from './git-error'
import type { Git } from './git-call'
import { HttpTransport } from './protocol/http-transport'
import { readBundle } from './protocol/bundle-file'
import { BundleTransport } from './protocol/bundle-transport'
import { LocalTransport, openLocal, unreachable } from './protocol/local-transport'
import type { Transport } from './protocol/transport'
import { parseRefspec, type Refspec } from './remote-refspec'

/** A repository elsewhere as the settings name it, or as a path or address was typed. */
export interface Remote {
  /** As it was typed. */
  readonly name: string
  readonly isConfigured: boolean
  readonly url: string
  readonly pushUrls: readonly string[]
  readonly fetch: readonly Refspec[]
  readonly push: readonly Refspec[]
  readonly tagOption: string | undefined
}

/** Names of all remotes, sorted. */
export function remoteNames(git: Git): string[] {
  return git.config.subsections('remote').toSorted()
}

/** What `url.<base>.insteadOf` makes of an address. */
export function rewritten(git: Git, url: string, key: 'insteadof' | 'pushinsteadof' = 'insteadof'): string {
  let best = ''
  let base = ''
  for (const setting of git.config.all) {
    const match = /^url\.(.+)\.(insteadof|pushinsteadof)$/s.exec(setting.key)
    if (match?.[2] !== key || !url.startsWith(setting.value) || setting.value.length <= best.length) continue
    best = setting.value
    base = match[1] ?? ''
  }
  return best === '' ? url : base + url.slice(best.length)
}

/** The remote of a name, or one of an address. */
export function remoteOf(git: Git, name: string): Remote {
  const { config } = git
  const key = `remote.${name}`
  const urls = config.getAll(`${key}.url`)
  const pushUrls = config.getAll(`${key}.pushurl`)
  const url = urls[0] ?? name
  const isConfigured = config.all.some((setting) => setting.key.startsWith(`${key}.`))
  const push = pushUrls.length > 0 ? pushUrls : urls.length > 0 ? urls : [name]
  return {
    name,
    isConfigured,
    url: rewritten(git, url),
    pushUrls: push.map((one) => {
      const pushed = pushUrls.length > 0 ? one : rewritten(git, one, 'pushinsteadof')
      return pushed === one ? rewritten(git, one) : pushed
    }),
    fetch: config.getAll(`${key}.fetch`).map((text) => parseRefspec(text, 'fetch')),
    push: config.getAll(`${key}.push`).map((text) => parseRefspec(text, 'push')),
    tagOption: config.get(`${key}.tagopt`),
  }
}

/** The remote that a branch takes from where none was named. */
export function defaultRemote(git: Git, branch = git.repo.branch): string {
  const own = branch === undefined ? undefined : git.config.get(`branch.${branch}.remote`)
  return own ?? 'origin'
}

/** The remote to take from where none was named; undefined where that is none that settings know. */
export function usualRemote(git: Git): string | undefined {
  const name = defaultRemote(git)
  return name !== 'origin' || git.config.getAll('remote.origin.url').length > 0 ? name : undefined
}

/** Where a push goes that names no remote. */
export function pushRemote(git: Git): string {
  const { branch } = git.repo
  const own = branch === undefined ? undefined : git.config.get(`branch.${branch}.pushremote`)
  return own ?? git.config.get('remote.pushdefault') ?? defaultRemote(git)
}

/** The folder that an address names, if it names one of the sandbox. */
export function localPath(git: Git, url: string): string | undefined {
  if (url.startsWith('file://')) return url.slice('file://'.length).replace(/^localhost\//, '/')
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url) || isScp(url)) return undefined
  return resolvePath(git.find()?.worktree ?? git.cwd, url)
}

/** `host:path`, where no slash stands before the colon. */
function isScp(url: string): boolean {
  return /^[^/:]+:/.test(url)
}

/** @throws GitError where nothing can be reached in that way */
export function connect(git: Git, url: string, how: { readonly isProgress: boolean }): Transport {
  const path = localPath(git, url)
  const bundle = path === undefined ? undefined : readBundle(git.files, path)
  if (bundle !== undefined) return new BundleTransport(git, bundle)
  if (path !== undefined) return new LocalTransport(git, openLocal(git, path) ?? unreachable(url.replace(/^file:\/\//, '')))
  if (/^https?:\/\//i.test(url)) return new HttpTransport(git, url, how)
  const scheme = isScp(url) && !url.includes('://') ? 'ssh' : (/^([a-z0-9+.-]+):/i.exec(url)?.[1] ?? 'ssh')
  return fatal(`the protocol ${scheme} is not implemented in this sandbox; use the https address of the repository`)
}

/** An address as it is told: without what a person may have put before the host. */
export function shownUrl(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1')
}

/** As it stands behind `From`. */
export function shortUrl(url: string): string {
  return shownUrl(url)
    .replace(/\/+$/, '')
    .replace(/(.)\.git$/, '$1')
}
