import { fail } from '@tabwright/protocol'

/** Where the workspace stands inside the shell. An absolute path below it names the same file as the relative one. */
const WORKSPACE_ROOT = '/workspace'

const MAX_PATH = 4096
const MAX_SEGMENT = 255

/** What nearly every path looks like, and has nothing of what is looked for below. */
const PLAIN = /^\.?[\w-]+(?:\.[\w-]+)*(?:\/\.?[\w-]+(?:\.[\w-]+)*)*$/

const quoted = (path: string): string => JSON.stringify(path.length > 120 ? `${path.slice(0, 120)}…` : path)

/** Why a single name cannot be part of a path, or undefined when it can. `.` and `..` are resolved before this is asked. */
function flaw(segment: string): string | undefined {
  // A name that only some reader would decode must not mean something else to that reader.
  const decoded = segment.replace(/%2e/gi, '.').replace(/%2f|%5c/gi, '/')
  if (decoded !== segment && decoded.split('/').some((part) => /^\.+$/.test(part))) return 'an encoded dot segment'
  // Windows drops trailing dots and spaces: the name would land on another file there.
  if (/[. ]$/.test(segment)) return 'a name that ends in a dot or a space'
  if (segment.length > MAX_SEGMENT) return `a name longer than ${MAX_SEGMENT} characters`
  return undefined
}

/** Flaws of the text as a whole: found before anything is split or resolved. */
function textFlaw(path: string): string | undefined {
  if (path.includes('\0')) return 'a NUL character'
  if (/[\u0001-\u001f\u007f]/.test(path)) return 'a control character'
  if (path.includes('\\')) return 'a backslash; separate names with /'
  if (/\p{Surrogate}/u.test(path)) return 'a broken character'
  if (path.length > MAX_PATH) return `more than ${MAX_PATH} characters`
  return undefined
}

function resolve(path: string): readonly string[] {
  const out: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') {
      if (out.pop() === undefined) fail('bad_input', `The path ${quoted(path)} leads out of the workspace.`)
      continue
    }
    const why = flaw(segment)
    if (why !== undefined) fail('bad_input', `The path ${quoted(path)} has ${why}.`)
    out.push(segment)
  }
  return out
}

/** The part of an absolute path below the workspace root; compared by segment, so `/workspace-evil` is outside. */
function belowRoot(path: string): string {
  if (!path.startsWith('/')) return path
  if (path === WORKSPACE_ROOT) return ''
  if (path.startsWith(`${WORKSPACE_ROOT}/`)) return path.slice(WORKSPACE_ROOT.length + 1)
  return fail(
    'bad_input',
    `The path ${quoted(path)} is outside the workspace; paths are relative to its root, or start with ${WORKSPACE_ROOT}/.`,
  )
}

/**
 * A folder of the workspace in its one spelling; the root is the empty text.
 * @throws FailureError `bad_input` that says what is wrong with the path
 */
export function workspaceFolder(path: string): string {
  const why = textFlaw(path)
  if (why !== undefined) fail('bad_input', `The path ${quoted(path)} has ${why}.`)
  return resolve(belowRoot(path)).join('/')
}

/**
 * A file of the workspace in its one spelling: relative, `/`-separated, no `.` or `..`. Letters stay as they are: `é` as one character and
 * as two are two names, as on the systems that commands come from.
 * @throws FailureError `bad_input` that says what is wrong with the path
 */
export function workspacePath(path: string): string {
  if (path.length <= MAX_SEGMENT && PLAIN.test(path)) return path
  const normal = workspaceFolder(path)
  if (normal === '') fail('bad_input', path === '' ? 'The path is empty.' : `The path ${quoted(path)} is the workspace itself, not a file.`)
  return normal
}
