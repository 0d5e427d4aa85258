import { describe, it } from 'vitest'
import { expectAgreement, hasTools } from '../../../../../testkit/src/shell-lab'
import { archiveCommands } from '../archive'
import { diffCommands } from '../diff'
import { fileCommands } from '../files'
import { searchCommands } from '../search'
import { textCommands } from '../text'

const commands = [...archiveCommands, ...diffCommands, ...fileCommands, ...searchCommands, ...textCommands]
const FILES = { a: 'one\ntwo\nthree\n', b: 'two\nTWO\nfour\n', c: 'nothing\n' }

const scripts = [
  'gzip a b; touch -d @1000000000 a.gz b.gz; gzip -lv a.gz; gzip -lv a.gz b.gz; gzip -lv < a.gz',
  'gzip -9v a; gzip -1v b; ls -s --block-size=1 c | cut -c1-4; gzip -l a.gz b.gz; seq 3000 | gzip -6n | md5sum',
  'gzip a b; zgrep two a.gz; zgrep two a.gz b.gz; zgrep -i two a.gz b.gz c; zgrep -c two a.gz b.gz; zgrep -l two a.gz b.gz c; zgrep -n t a.gz; zgrep none a.gz; echo $?',
  'gzip -k a; zgrep -h t a.gz b; zgrep -e one -e three a.gz; zegrep "one|two" a.gz; zfgrep . a.gz; echo $?; zgrep two < a.gz; cat a.gz | zgrep -c t; zgrep two nosuch.gz; echo $?; zgrep; echo $?; zgrep -q two a.gz b; echo $?; zgrep -A1 one a.gz; zgrep -v two a.gz',
  'gzip -k a; zless a.gz | head -1; shasum a; shasum -a 256 a b; shasum -a 512 a > s; shasum -a 512 -c s; echo x | shasum; echo x | shasum -a 224 -; shasum -a 3 a 2>/dev/null; echo $?; shasum nosuch; echo $?; shasum a > t; echo z > a; shasum -c t; echo $?',
  'gzip -k a b; cp a d; zdiff a.gz b.gz; echo $?; zdiff -q a.gz b; zdiff a.gz; echo $?; zcmp a.gz b.gz; echo $?; zcmp a d; zdiff a b.gz; zdiff -s a.gz d; zdiff - b.gz < a.gz; zdiff a.gz no.gz; echo $?; zdiff; echo $?; cat a.gz | zdiff - a; echo $?',
  'bzip2 -k a b; bzdiff a.bz2 b.bz2; echo $?; bzcmp a.bz2 b; echo $?; bzgrep two a.bz2 b.bz2; bzgrep -n one a.bz2; bzgrep none a.bz2; echo $?; bzgrep -l two a.bz2 b c; bzegrep "one|two" a.bz2; bzgrep two < a.bz2; bzgrep -h t a.bz2 b; bzgrep x nosuch; echo $?',
]

const isThere = hasTools('zgrep', 'shasum', 'bzip2')

describe('tools for packed files, and digests by another name', () => {
  for (const script of scripts)
    it.skipIf(!isThere)(`do what the real ones do: ${script.slice(0, 100)}`, () => expectAgreement({ script, files: FILES, commands }))
})
