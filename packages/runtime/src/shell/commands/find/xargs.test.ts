import { compareWithReal } from '../../../../../testkit/src/command-table'
import type { Command } from '../command'
import { fileCommands } from '../files'
import { findCommands } from '../find'
import { textCommands } from '../text'

const echo: Command = {
  name: 'echo',
  summary: 'prints its words',
  run: async (call) => {
    await call.stdout.write(`${call.args.join(' ')}\n`)
    return 0
  },
}

const INPUTS = [
  'a b c\nd e\n',
  '\'a b\' "c d" e\\ f\n',
  '',
  '\n\n',
  "it's\n",
  'x "y\n',
  'one\ntwo \nthree\n',
  '  lead trail  \n',
  'a\\\nb\n',
  'STOP\nafter\n',
  "''\n",
  'no newline',
  'one\r\ntwo\r\n\r\n\rthree \r\v four\fx\n',
  'a\0b\nc\0d e\n',
]
const LINES = ['xargs', 'xargs echo X', 'xargs -n 1', 'xargs -n 2 echo', 'xargs -I {} echo [{}] {}', 'xargs -L 1', 'xargs -L 2 echo', 'xargs -r echo', 'xargs -d "\\n" -n 1 echo', 'xargs -i echo {}', 'xargs -t -n1', 'xargs -E STOP', 'xargs -I% -n1 echo %', 'xargs -n1 -I% echo %', 'xargs -l echo'] // prettier-ignore

compareWithReal(
  'words and lines',
  [...findCommands, ...textCommands, ...fileCommands, echo],
  INPUTS.flatMap((stdin) => LINES.map((line) => ({ line, stdin, words: true as const }))),
)

compareWithReal(
  'odd calls',
  [...findCommands, ...textCommands, ...fileCommands, echo],
  [
    { line: 'xargs -0 -n1 echo', stdin: 'a b\0c\0' },
    { line: 'xargs -d , -n1 echo', stdin: 'a,b,c\n' },
    { line: 'xargs -d xx echo', stdin: 'a', words: true },
    { line: 'xargs false', stdin: 'a' },
    { line: 'xargs -n1 false', stdin: 'a b' },
    { line: 'xargs nosuchtool', stdin: 'a', words: true },
    { line: 'xargs -n x echo', stdin: 'a' },
    { line: 'xargs -n 0 echo', stdin: 'a' },
    { line: 'xargs -s 12 echo', stdin: 'aa bb cc dd' },
    { line: 'xargs -a list echo', files: { list: 'q w\n' } },
    { line: 'xargs -a missing echo', words: true },
    { line: 'xargs -P 2 -n 1 cat', stdin: 'l l', files: { l: 'same\n' } },
    { line: 'xargs -Z', stdin: 'a' },
    { line: 'xargs cat', stdin: 'l', files: { l: 'text\n' } },
    { line: 'xargs -I {} cat {}', stdin: 'l\n', files: { l: 'text\n' } },
  ],
)
