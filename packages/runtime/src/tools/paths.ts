import { fail, type FileEntry, type WorkspaceReader } from '@tabwright/protocol'
import { OUTPUT_FOLDER } from '../core/offload'

/** Folders that are never searched unless asked for by name: huge, or not the project's own. */
const SKIPPED = /(^|\/)(node_modules|\.git)\//

/** Files below a folder, sorted by path. Full outputs of earlier calls and dependency folders only when `folder` is inside them. */
export function filesBelow(files: Pick<WorkspaceReader, 'list'>, folder: string | undefined): readonly FileEntry[] {
  const root = cleanFolder(folder)
  const all = files.list()
  const below = root === '' ? all : all.filter((file) => file.path === root || file.path.startsWith(`${root}/`))
  if (root !== '' && below.length === 0) return fail('not_found', `There is no ${root} in the workspace.`)
  return below.filter(
    (file) => !SKIPPED.test(`${file.path.slice(root.length)}`) && (root.startsWith('.tabwright') || !file.path.startsWith(OUTPUT_FOLDER)),
  )
}

function cleanFolder(folder: string | undefined): string {
  const parts = (folder ?? '')
    .replace(/^\/workspace(\/|$)/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.')
  if (parts.includes('..') || (folder ?? '').includes('\0')) return fail('bad_input', `${JSON.stringify(folder)} leaves the workspace.`)
  return parts.join('/')
}

/** A name pattern as a regular expression: `*` within a segment, `**` across segments, `?`, `{a,b}`, `[abc]`. Without a slash it matches names anywhere. */
export function globSource(glob: string): string {
  const anywhere = glob.includes('/') ? '' : '(?:.*/)?'
  let source = ''
  for (let at = 0; at < glob.length;) {
    const { piece, next } = globPiece(glob, at)
    source += piece
    at = next
  }
  return `^${anywhere}${source}$`
}

function globPiece(glob: string, at: number): { piece: string; next: number } {
  if (glob.startsWith('**/', at)) return { piece: '(?:.*/)?', next: at + 3 }
  if (glob.startsWith('**', at)) return { piece: '.*', next: at + 2 }
  const char = glob.charAt(at)
  const close = char === '{' ? glob.indexOf('}', at) : char === '[' ? glob.indexOf(']', at + 2) : -1
  if (close > 0) {
    const inside = glob.slice(at + 1, close)
    const piece =
      char === '{' ? `(?:${inside.split(',').map(escape).join('|')})` : `[${inside.replace(/^!/, '^').replaceAll('\\', '\\\\')}]`
    return { piece, next: close + 1 }
  }
  const piece = char === '*' ? '[^/]*' : char === '?' ? '[^/]' : escape(char)
  return { piece, next: at + 1 }
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.|+()[\]{}*?]/g, (char) => `\\${char}`)
}
