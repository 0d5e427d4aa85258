import type { WorkspaceReader } from '@tabwright/protocol'
import { absolutePath } from './path-class'

/** As many as a kernel follows before it says that they go round in circles. */
const MOST_LINKS = 40
const ROOT = '/workspace'

/** Follows the symbolic links of a workspace as they are now. A path that leads in circles stays where it is. */
export async function linkFollower(
  files: Pick<WorkspaceReader, 'list' | 'read'>,
  text: { decode(bytes: Uint8Array): string | undefined },
): Promise<(path: string) => string> {
  const links = files.list().filter(({ mode }) => mode === 'symlink')
  if (links.length === 0) return (path) => path
  const targets = new Map<string, string>()
  for (const { path } of links) targets.set(`${ROOT}/${path}`, text.decode(await files.read(path)) ?? '')
  return (path) => followed(path, targets)
}

function followed(path: string, targets: ReadonlyMap<string, string>): string {
  let now = path
  for (let hops = 0; hops < MOST_LINKS; hops++) {
    const next = followOne(now, targets)
    if (next === now) return now
    now = next
  }
  return path
}

/** The first part of a path that is a link, replaced by where it leads. */
function followOne(path: string, targets: ReadonlyMap<string, string>): string {
  for (let end = path.indexOf('/', 1); end !== -1; end = path.indexOf('/', end + 1)) {
    const target = targets.get(path.slice(0, end))
    if (target !== undefined) return absolutePath(target + path.slice(end), folderOf(path.slice(0, end)))
  }
  const target = targets.get(path)
  return target === undefined ? path : absolutePath(target, folderOf(path))
}

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'
