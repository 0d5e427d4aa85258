import { fail, failureOf } from '@tabwright/protocol'
import { workspacePath } from '../../workspace/path'
import { folding } from '../archive-read'

/** Refuses a project as a whole. */
export type Refuse = (why: string) => never

/** A refusal that names what was to be imported. */
export function refuseFor(name: string): Refuse {
  return (why) => fail('bad_input', `${shown(name)} cannot be imported: ${why}. Nothing was imported.`)
}

/** A name for a sentence. */
export const shown = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)

/** Judges the names of an archive as they come, each by itself and against those before it. */
export interface EntryNames {
  /** The path that a file gets. */
  file(name: string): string
  /** A folder's name is judged too; undefined for the top. */
  folder(name: string): string | undefined
}

export function createEntryNames(refuse: Refuse): EntryNames {
  const kinds = new Map<string, { readonly name: string; readonly kind: 'file' | 'folder' }>()
  const add = (path: string, kind: 'file' | 'folder'): void => {
    const key = folding(path)
    const twin = kinds.get(key)
    if (twin === undefined) kinds.set(key, { name: path, kind })
    else if (twin.name !== path) refuse(`${shown(twin.name)} and ${shown(path)} are one name on many disks`)
    else if (twin.kind !== kind) refuse(`${shown(path)} is a file and a folder in it`)
    else if (kind === 'file') refuse(`${shown(path)} is in it twice`)
  }
  const judged = (name: string, kind: 'file' | 'folder'): string => {
    const path = pathOf(name, refuse)
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth++) add(parts.slice(0, depth).join('/'), 'folder')
    if (path !== '') add(path, kind)
    return path
  }
  return {
    file: (name) => judged(name, 'file') || refuse(`the name ${shown(name)} is no file's`),
    folder: (name) => judged(name.replace(/\/+$/, ''), 'folder') || undefined,
  }
}

/** `tar` writes `./` in front of what it was given as `.`; everything else must be its own one spelling. */
function pathOf(name: string, refuse: Refuse): string {
  const path = name === '.' ? '' : name.replace(/^(?:\.\/)+/, '')
  if (path === '') return ''
  const why = flawOf(path)
  if (why !== undefined) return refuse(`the name ${shown(name)} ${why}`)
  try {
    return workspacePath(path) === path ? path : refuse(`the name ${shown(name)} is not written plainly`)
  } catch (error) {
    const { code, message } = failureOf(error)
    if (code !== 'bad_input' || message.includes('Nothing was imported')) throw error
    return refuse(message.replace(/\.$/, '').replace(/^T/, 't'))
  }
}

function flawOf(name: string): string | undefined {
  if (/[\u0000-\u001f\u007f]/.test(name)) return 'has a control character'
  if (name.includes('\\')) return 'has a backslash'
  if (name.startsWith('/') || /^[A-Za-z]:/.test(name)) return 'is absolute'
  if (name.split('/').some((part) => part === '..' || part === '.')) return 'leads elsewhere'
  return undefined
}
