import { bzip2Commands } from './archive/bzip2/bzip2'
import { gunzipCommand, gzipCommand, zcatCommand } from './archive/gzip'
import { tarCommand } from './archive/tar/tar'
import { packedDiffCommands } from './archive/packed-diff'
import { shasumCommand, zgrepCommands, zlessCommand } from './archive/z-tools'
import { unzipCommand, zipinfoCommand } from './archive/zip/unzip'
import { zipCommand } from './archive/zip/zip'
import type { Command } from './command'
import { fileCommand } from './file/file'

/** Archives, what packs them, and what tells one kind of file from another. */
export const archiveCommands: readonly Command[] = [
  gzipCommand,
  fileCommand,
  gunzipCommand,
  zcatCommand,
  tarCommand,
  unzipCommand,
  zipCommand,
  zipinfoCommand,
  zlessCommand,
  shasumCommand,
  ...zgrepCommands,
  ...packedDiffCommands,
  ...bzip2Commands,
]
