import type { BlobHash } from '@tabwright/protocol'

/** A file at three places: as the folder had it when it was last read or written, here, and on the disk now. `null`: not there. */
export interface ThreeSides<Content = BlobHash> {
  readonly base: Content | null
  readonly here: Content | null
  readonly disk: Content | null
}

/**
 * What writing back means for one file. `same`: here and on the disk are one. `theirs`: only the disk moved on, or only it has the file, and it
 * is left alone. `conflict`: both moved on, each in its own way, so that the person says which is to be.
 */
export type Fate = 'same' | 'theirs' | 'add' | 'change' | 'remove' | 'conflict'

/** Nothing of the person's is replaced that the session has not seen. */
export function fateOf<Content>({ base, here, disk }: ThreeSides<Content>): Fate {
  if (here === disk) return 'same'
  if (here === base) return 'theirs'
  if (disk !== base) return 'conflict'
  if (here === null) return 'remove'
  return disk === null ? 'add' : 'change'
}
