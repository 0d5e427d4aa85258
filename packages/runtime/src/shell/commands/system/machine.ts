import { CommandError, type Command } from '../command'
import { USER } from '../files/look'
import { curly } from '../text/quotes'
import { textTool, usageError } from '../text/tool'

/** A command that prints one line and takes nothing. */
function saying(name: string, summary: string, text: string): Command {
  return textTool({
    name,
    summary,
    usage: '',
    shape: { options: [] },
    run: ({ operands, out }) => {
      const [extra] = operands
      if (extra !== undefined) usageError(`extra operand ${curly(extra)}`)
      out.putText(`${text}\n`)
      return Promise.resolve(0)
    },
  })
}

const NAMES = [
  ['kernel-name', 's', 'Linux'],
  ['nodename', 'n', 'tabwright'],
  ['kernel-release', 'r', '6.1.0-tabwright'],
  ['kernel-version', 'v', '#1 Tabwright'],
  ['machine', 'm', 'x86_64'],
  ['processor', 'p', 'unknown'],
  ['hardware-platform', 'i', 'unknown'],
  ['operating-system', 'o', 'GNU/Linux'],
] as const

const unameCommand = textTool({
  name: 'uname',
  summary: 'prints what system this is made to look like',
  usage: '[OPTION]...',
  shape: { options: [{ key: 'all', short: 'a', long: ['all'] }, ...NAMES.map(([key, short]) => ({ key, short, long: [key] }))] },
  run: ({ operands, options, out }) => {
    const [extra] = operands
    if (extra !== undefined) usageError(`extra operand ${curly(extra)}`)
    const isAll = options.has('all')
    const asked = NAMES.filter(([key, , text]) => options.has(key) || (isAll && text !== 'unknown')).map(([, , text]) => text)
    out.putText(`${asked.length === 0 ? 'Linux' : asked.join(' ')}\n`)
    return Promise.resolve(0)
  },
})

const idCommand = textTool({
  name: 'id',
  summary: 'prints the user and its group',
  usage: '[OPTION]... [USER]...',
  shape: {
    options: [
      { key: 'ignored', short: 'a' },
      { key: 'group', short: 'g', long: ['group'] },
      { key: 'groups', short: 'G', long: ['groups'] },
      { key: 'name', short: 'n', long: ['name'] },
      { key: 'real', short: 'r', long: ['real'] },
      { key: 'user', short: 'u', long: ['user'] },
      { key: 'zero', short: 'z', long: ['zero'] },
    ],
  },
  run: async ({ operands, options, out, call }) => {
    const { name, id } = USER
    const isOne = options.has('user') || options.has('group') || options.has('groups')
    if (!isOne && (options.has('name') || options.has('real'))) usageError('cannot print only names or real IDs in default format')
    let code = 0
    for (const word of operands.length === 0 ? [name] : operands) {
      if (word === name || word === String(id))
        out.putText(
          `${isOne ? (options.has('name') ? name : id) : `uid=${id}(${name}) gid=${id}(${name}) groups=${id}(${name})`}${options.has('zero') ? '\0' : '\n'}`,
        )
      else {
        await call.stderr.write(`id: ${curly(word)}: no such user\n`)
        code = 1
      }
    }
    return code
  },
})

const nprocCommand = textTool({
  name: 'nproc',
  summary: 'prints how many processors there are: one, that of the tab',
  usage: '[OPTION]...',
  shape: {
    options: [
      { key: 'all', long: ['all'] },
      { key: 'ignore', long: ['ignore'], value: 'required' },
    ],
  },
  run: ({ out }) => {
    out.putText('1\n')
    return Promise.resolve(0)
  },
})

const ttyCommand = textTool({
  name: 'tty',
  summary: 'tells whether standard input is a terminal',
  usage: '[OPTION]...',
  shape: { usageCode: 2, options: [{ key: 'silent', short: 's', long: ['silent', 'quiet'] }] },
  run: ({ options, out, call }) => {
    const isTerminal = call.file(0)?.isTerminal ?? false
    if (!options.has('silent')) out.putText(isTerminal ? '/dev/tty\n' : 'not a tty\n')
    return Promise.resolve(isTerminal ? 0 : 1)
  },
})

/** Who logged in: nobody did. */
const lognameCommand = textTool({
  name: 'logname',
  summary: 'prints the name that somebody logged in with: nobody does here',
  usage: '[OPTION]...',
  shape: { options: [] },
  run: ({ operands }) => {
    if (operands.length > 0) usageError(`extra operand ${curly(operands[0] ?? '')}`)
    throw new CommandError('no login name')
  },
})

/** What machine and user this is. */
export const machineCommands: readonly Command[] = [
  saying('whoami', 'prints the name of the user', USER.name),
  lognameCommand,
  saying('groups', 'prints the group of the user', USER.name),
  saying('hostid', 'prints a number for the machine', '007f0100'),
  saying('arch', 'prints the kind of machine', 'x86_64'),
  unameCommand,
  idCommand,
  nprocCommand,
  ttyCommand,
]
