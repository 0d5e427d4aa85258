import { diffTrees } from './diff/file-change'
import { hunks, isBinary } from './diff/patch'
import { bytesOf, textOf } from '../../text'
import type { Commit } from './objects'
import type { ObjectStore } from './object-store'
import { sha1Hex } from './oid'

/** A patch as it is with no option and no setting. */
export const PLAIN_PATCH = {
  context: 3,
  interHunk: 0,
  oldPrefix: 'a/',
  newPrefix: 'b/',
  isColored: false,
  isText: false,
  word: undefined,
  ignoreBlankLines: false,
  abbreviate: (oid: string): string => oid,
} as const

/** Equal for commits that change the same lines, wherever they stand. Empty for a merge and for a commit without changes. */
export function patchKey(objects: ObjectStore, commit: Commit): string {
  if (commit.parents.length > 1) return ''
  const [parent] = commit.parents
  const changes = diffTrees(objects, { old: parent === undefined ? undefined : objects.commit(parent).tree, fresh: commit.tree })
  if (changes.length === 0) return ''
  const parts = changes.map(({ old, fresh }) => {
    const [a, b] = [old?.read() ?? new Uint8Array(), fresh?.read() ?? new Uint8Array()]
    const body =
      isBinary(a) || isBinary(b)
        ? `${old?.oid ?? ''} ${fresh?.oid ?? ''}`
        : hunks({ old: textOf(a), fresh: textOf(b) }, PLAIN_PATCH).replace(/^@@.*$/gm, '')
    return `${old?.path ?? ''}\0${fresh?.path ?? ''}\0${old?.mode ?? ''}\0${fresh?.mode ?? ''}\0${body.replace(/[ \t\r\f\v]/g, '')}`
  })
  return sha1Hex(bytesOf(parts.join('\0')))
}
