import { lookAt, why } from '../files/look'
import { CommandError, NotImplemented } from '../command'
import { quoted } from '../text/quotes'
import { textTool, usageError, type Tool } from '../text/tool'

/** Words of -S: quotes and backslashes as in the manual of env. @throws CommandError, NotImplemented */
function splitWords(text: string): string[] {
  const words: string[] = []
  let word: string | undefined
  const piece = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([ \t\n\v\f\r]+)|([^'"\\\s$]+)|([\s\S])/g
  for (const [all, single, double, escaped, blank, bare, odd] of text.matchAll(piece)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    if (odd === '"' || odd === "'") throw new CommandError('no terminating quote in -S string', 125)
    if (odd !== undefined || /[$\\]/.test(double ?? '') || /[cfnrtv_]/.test(escaped ?? ''))
      throw new NotImplemented(`${all} in the text of -S`)
    word = (word ?? '') + (single ?? double ?? escaped ?? bare ?? '')
  }
  if (word !== undefined) words.push(word)
  return words
}

/** `-S` and what it holds, as words of their own. */
function withSplit(args: readonly string[]): readonly string[] {
  const [first, ...rest] = args
  if (first === undefined) return args
  const joined = /^(?:-([i0v]*)S|--split-string=)([\s\S]+)$/.exec(first)
  if (joined !== null) return [...(joined[1] ? [`-${joined[1]}`] : []), ...splitWords(joined[2] ?? ''), ...rest]
  const apart = /^(?:-([i0v]*)S|--split-string)$/.exec(first)
  if (apart !== null) return [...(apart[1] ? [`-${apart[1]}`] : []), ...splitWords(rest[0] ?? ''), ...rest.slice(1)]
  return first === '-' ? ['-i', ...rest] : args
}

async function env(tool: Tool): Promise<number> {
  const { options, call, out } = tool
  const args = [...tool.operands]
  const variables = new Map(options.has('ignore') || args[0] === '-' ? [] : call.env)
  if (args[0] === '-') args.shift()
  for (const name of options.values('unset')) {
    if (name === '' || name.includes('=')) throw new CommandError(`cannot unset ${quoted(name)}: Invalid argument`, 125)
    variables.delete(name)
  }
  for (let word = args[0]; word !== undefined && word.includes('='); word = args[0]) {
    const at = word.indexOf('=')
    variables.set(word.slice(0, at), word.slice(at + 1))
    args.shift()
  }
  const folder = options.value('chdir')
  if (args.length === 0) {
    if (folder !== undefined) usageError('must specify command with --chdir (-C)', 125)
    for (const [name, value] of variables) out.putText(`${name}=${value}${options.has('null') ? '\0' : '\n'}`)
    return 0
  }
  if (options.has('null')) usageError('cannot specify --null (-0) with command', 125)
  if (folder !== undefined) {
    try {
      if (lookAt(call, folder).type !== 'folder')
        throw new CommandError(`cannot change directory to ${quoted(folder)}: Not a directory`, 125)
    } catch (thrown) {
      if (thrown instanceof CommandError) throw thrown
      throw new CommandError(`cannot change directory to ${quoted(folder)}: ${why(thrown)}`, 125)
    }
  }
  return call.exec(args, { env: variables, ...(folder === undefined ? {} : { cwd: call.at(folder) }) })
}

/** Variables for a command. */
export const envCommand = textTool({
  name: 'env',
  summary: 'runs a command with changed variables, or prints them',
  usage: '[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]',
  before: (args) => withSplit(args),
  shape: {
    stopsEarly: true,
    usageCode: 125,
    options: [
      { key: 'ignore', short: 'i', long: ['ignore-environment'] },
      { key: 'null', short: '0', long: ['null'] },
      { key: 'unset', short: 'u', long: ['unset'], value: 'required' },
      { key: 'chdir', short: 'C', long: ['chdir'], value: 'required' },
      { key: 'debug', short: 'v', long: ['debug'], missing: true },
      {
        key: 'signals',
        long: ['block-signal', 'default-signal', 'ignore-signal', 'list-signal-handling'],
        value: 'optional',
        missing: true,
      },
    ],
  },
  run: env,
})

/** Values of variables. */
export const printenvCommand = textTool({
  name: 'printenv',
  summary: 'prints variables',
  usage: '[OPTION]... [VARIABLE]...',
  shape: { usageCode: 2, options: [{ key: 'null', short: '0', long: ['null'] }] },
  run: ({ operands, options, call, out }) => {
    const end = options.has('null') ? '\0' : '\n'
    if (operands.length === 0) for (const [name, value] of call.env) out.putText(`${name}=${value}${end}`)
    let code = 0
    for (const name of operands) {
      const value = call.env.get(name)
      if (value === undefined) code = 1
      else out.putText(value + end)
    }
    return Promise.resolve(code)
  },
})
