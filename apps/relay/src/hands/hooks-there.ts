import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import { codeOf } from './open-folder'

const MOST_HOOKS = 50
/** Larger settings nobody writes by hand. */
const MOST_CONFIG = 256 * 1024
const HOOKS = '.git/hooks'
/** Signs that mean something to git. */
const HIDING = [';', '#', '"', '\\', '~', '%', '\0']

/**
 * Files that git runs by itself when a command uses it in the repository of this directory, for the card of such a command. Looked for where git
 * looks: `.git/hooks`, or what `core.hooksPath` of the repository's own settings says. A folder that a link leads to is named as a whole.
 * Undefined: that cannot be told, because the settings say more than is read here; whoever is asked is told so.
 */
export function hooksThere(root: string): readonly string[] | undefined {
  try {
    const folder = hooksPath(root)
    if (folder === undefined || folder === '') return folder === '' ? [] : undefined
    return runnable(root, folder)
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(thrown))) return []
    if (['EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(codeOf(thrown))) return undefined
    throw thrown
  }
}

function runnable(root: string, folder: string): readonly string[] {
  const at = join(root, folder)
  if (realpathSync(at) !== at) return [folder]
  const isRun = (name: string): boolean => {
    const stat = lstatSync(join(at, name), { throwIfNoEntry: false })
    return stat !== undefined && (stat.isSymbolicLink() || (stat.isFile() && (stat.mode & 0o111) !== 0))
  }
  const names = readdirSync(at).filter((name) => /^[a-z][a-z-]{2,60}$/.test(name) && isRun(name))
  return names.toSorted().slice(0, MOST_HOOKS).map((name) => `${folder}/${name}`) // prettier-ignore
}

/** From the directory on. Empty: there is no repository. Undefined: it lies elsewhere, or cannot be told. */
function hooksPath(root: string): string | undefined {
  const git = lstatSync(join(root, '.git'), { throwIfNoEntry: false })
  if (git === undefined) return ''
  if (!git.isDirectory()) return undefined
  const config = lstatSync(join(root, '.git/config'), { throwIfNoEntry: false })
  if (config === undefined) return HOOKS
  if (!config.isFile() || config.size > MOST_CONFIG) return undefined
  const said = saidIn(readFileSync(join(root, '.git/config'), 'utf8'))
  if (said === undefined || said === '') return said === '' ? HOOKS : undefined
  const path = relative(root, join(root, said.replace(/^\/workspace\//, '')))
  const isElsewhere = (said.startsWith('/') && !said.startsWith('/workspace/')) || path === '..' || path.startsWith('../')
  return isElsewhere || path.length > 200 ? undefined : path
}

/**
 * What git's settings say of `core.hooksPath`, line by line: their text is whoever's writes the directory. Empty: nothing. Undefined: more
 * than plain lines say it: other files, comments, quotes, a section and a key on one line.
 */
function saidIn(config: string): string | undefined {
  let said = ''
  let isCore = false
  for (const line of config.split('\n').map((one) => one.trim())) {
    const plain = line.toLowerCase()
    if (plain.startsWith('[')) {
      isCore = plain === '[core]'
      if (plain.startsWith('[include') || (plain.startsWith('[core]') && !isCore)) return undefined
    } else if (isCore && plain.startsWith('hookspath')) {
      const cut = line.indexOf('=')
      const value = line.slice(cut + 1).trim()
      if (cut < 0 || plain.slice(0, cut).trim() !== 'hookspath' || HIDING.some((sign) => value.includes(sign))) return undefined
      said = value
    }
  }
  return said
}
