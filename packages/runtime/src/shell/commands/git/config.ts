import { textOf } from '../../text'
import type { FileTree } from '../../tree/file-tree'
import { parentName, resolvePath } from '../../tree/tree-node'
import { booleanOf, ConfigFile } from './config-file'
import { fatal } from './git-error'
import { wildmatch } from './wildmatch'

/** Where a setting comes from. */
export type ConfigScope = 'system' | 'global' | 'local' | 'worktree' | 'command'

export interface FoundSetting {
  readonly key: string
  readonly value: string
  readonly scope: ConfigScope
  readonly file: string
}

/** What the settings are read for. */
export interface ConfigPlaces {
  readonly home: string | undefined
  readonly xdg: string | undefined
  readonly env: ReadonlyMap<string, string>
  readonly gitDir: string | undefined
  readonly commonDir: string | undefined
  readonly overrides: readonly (readonly [key: string, value: string])[]
  branch(): string | undefined
}

const MAX_INCLUDES = 10

/** All settings that hold, the strongest last. */
export class Config {
  readonly all: readonly FoundSetting[]

  constructor(files: FileTree, places: ConfigPlaces) {
    const all: FoundSetting[] = []
    const read = (file: string, scope: ConfigScope, depth = 0): void => {
      if (depth > MAX_INCLUDES) fatal(`exceeded maximum include depth (${MAX_INCLUDES}) while including\n\t${file}`)
      const node = files.find(file)
      if (node?.type !== 'file') return
      for (const { key, value } of new ConfigFile(textOf(node.bytes), file).settings) {
        all.push({ key, value, scope, file })
        const isIncluded = key === 'include.path' || (/^includeif\..*\.path$/.test(key) && holds(key, file, places))
        if (isIncluded) read(resolvePath(parentName(file), expandHome(value, places.home)), scope, depth + 1)
      }
    }
    for (const [file, scope] of configFiles(places)) read(file, scope)
    for (const [key, value] of places.overrides) all.push({ key, value, scope: 'command', file: '' })
    this.all = all
  }

  get(key: string): string | undefined {
    return this.all.findLast((setting) => setting.key === key)?.value
  }

  getAll(key: string): string[] {
    return this.all.filter((setting) => setting.key === key).map(({ value }) => value)
  }

  bool(key: string): boolean | undefined {
    const value = this.get(key)
    return value === undefined ? undefined : booleanOf(value, key)
  }

  /** Second parts of `section.*.name`. */
  subsections(section: string): string[] {
    const prefix = `${section}.`
    const found = this.all.flatMap(({ key }) =>
      key.startsWith(prefix) && key.lastIndexOf('.') > prefix.length ? [key.slice(prefix.length, key.lastIndexOf('.'))] : [],
    )
    return [...new Set(found)]
  }
}

/** Files of the settings, the weakest first. */
function configFiles(places: ConfigPlaces): readonly (readonly [file: string, scope: ConfigScope])[] {
  const { home, env } = places
  const own = env.get('GIT_CONFIG_GLOBAL')
  const xdg = places.xdg ?? (home === undefined ? undefined : `${home}/.config`)
  const files: [string, ConfigScope][] = []
  if (env.get('GIT_CONFIG_NOSYSTEM') === undefined) files.push(['/etc/gitconfig', 'system'])
  if (own !== undefined) files.push([own, 'global'])
  else {
    if (xdg !== undefined) files.push([`${xdg}/git/config`, 'global'])
    if (home !== undefined) files.push([`${home}/.gitconfig`, 'global'])
  }
  if (places.commonDir !== undefined) files.push([`${places.commonDir}/config`, 'local'])
  if (places.gitDir !== undefined) files.push([`${places.gitDir}/config.worktree`, 'worktree'])
  return files
}

export function expandHome(path: string, home: string | undefined): string {
  return path.startsWith('~/') && home !== undefined ? `${home}${path.slice(1)}` : path
}

function holds(key: string, file: string, places: ConfigPlaces): boolean {
  const condition = key.slice('includeif.'.length, -'.path'.length)
  const dir = /^gitdir(\/i)?:(.*)$/.exec(condition)
  if (dir !== null) {
    let pattern = expandHome(dir[2] ?? '', places.home)
    if (pattern.startsWith('./')) pattern = `${parentName(file)}${pattern.slice(1)}`
    else if (!pattern.startsWith('/')) pattern = `**/${pattern}`
    if (pattern.endsWith('/')) pattern += '**'
    return places.gitDir !== undefined && wildmatch(pattern, places.gitDir, { isPath: true, ignoreCase: dir[1] !== undefined })
  }
  const branch = /^onbranch:(.*)$/.exec(condition)
  if (branch === null) return false
  const pattern = (branch[1] ?? '').endsWith('/') ? `${branch[1] ?? ''}**` : (branch[1] ?? '')
  return wildmatch(pattern, places.branch() ?? '', { isPath: true })
}
