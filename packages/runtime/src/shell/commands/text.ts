import type { Command } from './command'
import { bcCommand } from './text/bc'
import { dcCommand } from './text/dc'
import { catCommand } from './text/cat'
import { sumCommands } from './text/checksums'
import { cksumCommand, sumCommand } from './text/cksum'
import { base32Command, base64Command, basencCommand } from './text/codings'
import { commCommand } from './text/comm'
import { csplitCommand } from './text/csplit'
import { cutCommand } from './text/cut'
import { foldCommand } from './text/fold'
import { headCommand } from './text/head'
import { hdCommand, hexdumpCommand } from './text/hexdump'
import { joinCommand } from './text/join'
import { revCommand, tacCommand } from './text/lines'
import { lookCommand } from './text/look'
import { nlCommand } from './text/nl'
import { numfmtCommand } from './text/numfmt'
import { odCommand } from './text/od'
import { pasteCommand } from './text/paste'
import { prCommand } from './text/pr'
import { seqCommand } from './text/seq'
import { falseCommand, trueCommand, yesCommand } from './text/small'
import { sortCommand } from './text/sort'
import { expandCommand, unexpandCommand } from './text/tabs'
import { tailCommand } from './text/tail'
import { teeCommand } from './text/tee'
import { trCommand } from './text/tr'
import { uniqCommand } from './text/uniq'
import { wcCommand } from './text/wc'
import { xxdCommand } from './text/xxd'
import { colrmCommand } from './text/colrm'
import { columnCommand } from './text/column'
import { echoCommand } from './text/echo'
import { printfCommand } from './text/printf'
import { iconvCommand } from './text/iconv'
import { envsubstCommand } from './text/envsubst'
import { exprCommand } from './text/expr'
import { factorCommand } from './text/factor'
import { fmtCommand } from './text/fmt/fmt'
import { lessCommand, moreCommand } from './text/pager'
import { shufCommand } from './text/shuf'
import { splitCommand } from './text/split'
import { stringsCommand } from './text/strings'
import { tsortCommand } from './text/tsort'
import { dos2unixCommand, unix2dosCommand } from './text/unix-lines'

/** Filters and makers of text. */
export const textCommands: readonly Command[] = [
  base32Command,
  base64Command,
  basencCommand,
  bcCommand,
  dcCommand,
  catCommand,
  cksumCommand,
  commCommand,
  csplitCommand,
  cutCommand,
  expandCommand,
  falseCommand,
  foldCommand,
  hdCommand,
  headCommand,
  hexdumpCommand,
  joinCommand,
  lookCommand,
  nlCommand,
  numfmtCommand,
  odCommand,
  pasteCommand,
  prCommand,
  revCommand,
  seqCommand,
  sortCommand,
  sumCommand,
  colrmCommand,
  columnCommand,
  envsubstCommand,
  exprCommand,
  factorCommand,
  fmtCommand,
  lessCommand,
  moreCommand,
  shufCommand,
  splitCommand,
  stringsCommand,
  tsortCommand,
  dos2unixCommand,
  unix2dosCommand,
  echoCommand,
  printfCommand,
  iconvCommand,
  ...sumCommands,
  tacCommand,
  tailCommand,
  teeCommand,
  trCommand,
  trueCommand,
  unexpandCommand,
  uniqCommand,
  wcCommand,
  xxdCommand,
  yesCommand,
]
