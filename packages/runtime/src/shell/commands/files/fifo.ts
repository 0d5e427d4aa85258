import { makeFifo } from '../../streams/fifo'
import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { why } from './look'
import { parseMode } from './mode'

const OPTIONS = [
  { key: 'mode', short: 'm', long: ['mode'], value: 'required' },
  { key: 'context', short: 'Z', long: ['context'], value: 'optional', missing: true },
] as const

function modeOf({ options, call }: Tool): number {
  const text = options.value('mode')
  if (text === undefined) return 0o666 & ~call.umask
  const change = parseMode(text)
  if (change === undefined) throw new CommandError('invalid mode')
  return change({ mode: 0o666, isFolder: false, umask: call.umask })
}

/** Makes pipes with names. */
export const mkfifoCommand = textTool({
  name: 'mkfifo',
  summary: 'makes pipes with names',
  usage: '[OPTION]... NAME...',
  shape: { options: OPTIONS },
  run: async (tool) => {
    const { operands, call } = tool
    if (operands.length === 0) usageError('missing operand')
    const mode = modeOf(tool)
    let code = 0
    for (const path of operands) {
      try {
        makeFifo(call.system.tree, call.at(path), mode)
      } catch (thrown) {
        await complain(tool, `cannot create fifo ${quoted(path)}: ${why(thrown)}`)
        code = 1
      }
    }
    return code
  },
})

/** `mknod NAME p` is a named pipe; devices are not for this user. */
export const mknodCommand = textTool({
  name: 'mknod',
  summary: 'makes a pipe with a name',
  usage: '[OPTION]... NAME p',
  shape: { options: OPTIONS },
  run: (tool) => {
    const { operands, call } = tool
    const [path, type, ...numbers] = operands
    if (path === undefined) return usageError('missing operand')
    if (type === undefined) return usageError(`missing operand after ${curly(path)}`)
    if (!/^[bcup]/.test(type)) usageError(`invalid device type ${curly(type)}`)
    if (!type.startsWith('p')) throw new CommandError(`${path}: Operation not permitted`)
    if (numbers[0] !== undefined) usageError(`extra operand ${curly(numbers[0])}\nFifos do not have major and minor device numbers.`)
    try {
      makeFifo(call.system.tree, call.at(path), modeOf(tool))
    } catch (thrown) {
      throw new CommandError(`${path}: ${why(thrown)}`)
    }
    return Promise.resolve(0)
  },
})
