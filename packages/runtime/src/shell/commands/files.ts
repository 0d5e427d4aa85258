import type { Command } from './command'
import { chgrpCommand, chmodCommand, chownCommand } from './files/chmod'
import { cpCommand } from './files/cp'
import { listingCommands } from './files/dir'
import { duCommand } from './files/du'
import { mkfifoCommand, mknodCommand } from './files/fifo'
import { mkdirCommand, rmdirCommand } from './files/folders'
import { installCommand } from './files/install'
import { linkCommand, lnCommand } from './files/ln'
import { lsCommand } from './files/ls'
import { mktempCommand } from './files/mktemp'
import { mvCommand } from './files/mv'
import { basenameCommand, dirnameCommand, pathchkCommand } from './files/names'
import { readlinkCommand, realpathCommand } from './files/paths'
import { fallocateCommand, shredCommand } from './files/rewrite'
import { rmCommand, unlinkCommand } from './files/rm'
import { statCommand } from './files/stat'
import { touchCommand, truncateCommand } from './files/touch'
import { treeCommand } from './files/tree/tree'
import { whichCommand } from './files/which'

/** Commands about files and folders. */
export const fileCommands: readonly Command[] = [
  basenameCommand,
  chgrpCommand,
  chmodCommand,
  chownCommand,
  cpCommand,
  dirnameCommand,
  duCommand,
  fallocateCommand,
  installCommand,
  linkCommand,
  lnCommand,
  ...listingCommands,
  lsCommand,
  mkdirCommand,
  mkfifoCommand,
  mknodCommand,
  mktempCommand,
  mvCommand,
  pathchkCommand,
  readlinkCommand,
  realpathCommand,
  rmCommand,
  rmdirCommand,
  shredCommand,
  statCommand,
  touchCommand,
  treeCommand,
  truncateCommand,
  unlinkCommand,
  whichCommand,
]
