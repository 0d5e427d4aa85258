import type { BlobHash } from '@tabwright/protocol'
import type { FileChange, FileSide } from '../shell/commands/git/diff/file-change'
import { NULL_OID } from '../shell/commands/git/oid'
import { withRenames } from '../shell/commands/git/diff/renames'

/** A file that is gone, or one that came. */
export interface LoneFile {
  readonly path: string
  /** Tells contents apart; worked out where it is not known. */
  readonly hash?: BlobHash
  readonly bytes: Uint8Array
}

/** Where a file that came was before, and how much of it is the same, in percent. */
export interface RenamedFrom {
  readonly path: string
  readonly similarity: number
}

/** Above it only files that are the same to the byte are looked for, as in git. */
const MOST_COMPARED = 200

/** Files that came and were another that is gone, by git's own measure: at least half of it is the same. */
export function renamedFiles(gone: readonly LoneFile[], came: readonly LoneFile[]): ReadonlyMap<string, RenamedFrom> {
  if (gone.length === 0 || came.length === 0) return new Map()
  const changes = [
    ...gone.map((file): FileChange => ({ status: 'D', old: sideOf(file), fresh: undefined })),
    ...came.map((file): FileChange => ({ status: 'A', old: undefined, fresh: sideOf(file) })),
  ]
  const pairs = withRenames(changes, { least: 50, copies: 'no', limit: MOST_COMPARED })
  return new Map(
    pairs.flatMap(({ status, old, fresh, score = 0 }) =>
      status === 'R' && old && fresh ? [[fresh.path, { path: old.path, similarity: score }]] : [],
    ),
  )
}

const REGULAR = 0o100644

/** Our own hash does as well as git's. */
const sideOf = ({ path, hash, bytes }: LoneFile): FileSide => ({ path, mode: REGULAR, oid: hash ?? NULL_OID, read: () => bytes })
