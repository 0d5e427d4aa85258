import { systemCommands } from '../system'
import { compareWithReal } from '../../../../../testkit/src/command-table'

compareWithReal(
  'getopt',
  systemCommands,
  [
    '-o ab:c:: -l long,req:,opt:: -n me -- -a -b v --long --req=x --opt=y --opt rest "it\'s" -c -cz', '-o a -- -z', '-o a: -- -a', 'ab: -a -b x y', '-o ab -- -ab file -b', '-o +ab -- -a file -b', '-o -ab -- -a file -b', "-l foo -o '' -- --fo --bar",
    '-q -o a -- -z', '-Q -o a -- -a', "-u -o a: -- -a 'x y' z", '-T', '-o a -l abc,abd -- --ab', '-o a', '', "-a -o '' -l name: -- -name x", '-o a --name prog -- -b', '-o a -l lo: -- --lo', '-o a -l lo -- --lo=3', "-o vn: -l verbose,name: -- -v -n 'a b' --name=c d -- e",
    "-o a -l x -l y,z -- --x --z", '-o a -- -- -a', '-o a -- - -a', '-Z',
  ].map((rest) => ({ line: `getopt ${rest}`, words: true as const })),
) // prettier-ignore
