import {
  fail,
  failureOf,
  modePermissions,
  type BlobHash,
  type FileChange,
  type FileEntry,
  type Workspace,
  type WorkspaceDelta,
} from '@tabwright/protocol'

/** What stands at a path: content, kind and what may be done with it. `null`: nothing. */
export type Side = { readonly hash: BlobHash; readonly mode: FileEntry['mode']; readonly permissions?: number } | null

/** A change of which only the two ends are known. */
export type Ends = Pick<FileChange, 'before' | 'after' | 'modes' | 'permissions'>

/** What stood there before the change. */
export function sideBefore({ before, modes, permissions }: Ends): Side {
  return before === null ? null : { hash: before, mode: modes?.before ?? 'file', ...allowed(permissions?.before) }
}

/** What stands there after it. */
export function sideAfter({ after, modes, permissions }: Ends): Side {
  return after === null ? null : { hash: after, mode: modes?.after ?? 'file', ...allowed(permissions?.after) }
}

function allowed(permissions: number | null | undefined): { readonly permissions?: number } {
  return permissions === null || permissions === undefined ? {} : { permissions }
}

/** Whether two places hold the same content as the same kind of file. */
export function isSameSide(a: Side, b: Side): boolean {
  return a?.hash === b?.hash && a?.mode === b?.mode && a?.permissions === b?.permissions
}

/** From one side to another, as a fact names it: kinds only where one is not a plain file, permissions only where they are not the usual. */
export function endsOf(before: Side, after: Side): Ends {
  const isPlain = (before?.mode ?? 'file') === 'file' && (after?.mode ?? 'file') === 'file'
  const isUsual = before?.permissions === undefined && after?.permissions === undefined
  return {
    before: before?.hash ?? null,
    after: after?.hash ?? null,
    ...(!isPlain && { modes: { before: before?.mode ?? null, after: after?.mode ?? null } }),
    ...(!isUsual && { permissions: { before: before?.permissions ?? null, after: after?.permissions ?? null } }),
  }
}

/** Whether a change is worth a line where changes are listed: a time alone is not, nor a folder that holds nothing. */
export function isNews(change: FileChange): boolean {
  const isFile = [sideBefore(change), sideAfter(change)].some((side) => side !== null && side.mode !== 'folder')
  return change.mtime === undefined && isFile
}

/** Where contents are, and whether all of those that are needed are there. */
type Contents = Pick<Workspace, 'blob' | 'draft'>

/**
 * The delta that makes each path what `targets` says. All contents are read, and so checked, before anything is changed. Removals come
 * first: where a folder was made of a file, its files must go before the file can come back.
 * @throws FailureError `not_found` naming what is gone; nothing is changed then
 */
export async function deltaTo(workspace: Contents, targets: ReadonlyMap<string, Side>): Promise<WorkspaceDelta> {
  const contents = await readAll(workspace, targets)
  const draft = workspace.draft()
  for (const [path, side] of targets) if (side === null && draft.stat(path)) draft.remove(path)
  // Folders before what is in them.
  const ordered = contents.toSorted((a, b) => Number(b.mode === 'folder') - Number(a.mode === 'folder'))
  for (const { path, bytes, mode, hash, permissions = modePermissions(mode) } of ordered)
    draft.write(path, bytes, { mode, hash, permissions })
  return draft.delta()
}

interface Content {
  readonly path: string
  readonly bytes: Uint8Array
  readonly mode: FileEntry['mode']
  readonly hash: BlobHash
  readonly permissions?: number
}

/** Not there, or not what its hash says. Whatever else keeps a content from being read is thrown as it is. */
function isGone(found: PromiseSettledResult<Content> | undefined): boolean {
  if (found?.status !== 'rejected') return false
  const { code } = failureOf(found.reason)
  if (code !== 'not_found' && code !== 'unexpected') throw found.reason
  return true
}

async function readAll(workspace: Contents, targets: ReadonlyMap<string, Side>): Promise<readonly Content[]> {
  const wanted = [...targets].flatMap(([path, side]) => (side === null ? [] : [{ path, side }]))
  const found = await Promise.allSettled(
    wanted.map(async ({ path, side }): Promise<Content> => ({ path, bytes: await workspace.blob(side.hash), ...side })),
  )
  const missing = wanted.filter((_, index) => isGone(found[index])).map(({ path }) => path)
  if (missing.length > 0) {
    const which = missing.length > 5 ? `${missing.slice(0, 5).join(', ')} and ${missing.length - 5} more` : missing.join(', ')
    fail('not_found', `The stored content of ${which} is not in this browser any more. Nothing was changed.`, {
      detail: { paths: missing },
    })
  }
  return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}
