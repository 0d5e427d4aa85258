import { curly } from '../text/quotes'
import { textTool, usageError, type Tool } from '../text/tool'
import { folderName, lastName } from './look'

/** Ends the line of one result. */
export function endOf(tool: Tool): string {
  return tool.options.has('zero') ? '\0' : '\n'
}

const ZERO = { key: 'zero', short: 'z', long: ['zero'] } as const

/** Last name of paths. */
export const basenameCommand = textTool({
  name: 'basename',
  summary: 'prints the last name of a path, without a suffix where told',
  usage: 'NAME [SUFFIX] | OPTION... NAME...',
  shape: {
    stopsEarly: true,
    options: [
      { key: 'multiple', short: 'a', long: ['multiple'] },
      { key: 'suffix', short: 's', long: ['suffix'], value: 'required' },
      ZERO,
    ],
  },
  run: (tool) => {
    const { operands, options, out } = tool
    const suffix = options.value('suffix')
    const isMany = options.has('multiple') || suffix !== undefined
    if (operands.length === 0) usageError('missing operand')
    if (!isMany && operands.length > 2) usageError(`extra operand ${curly(operands[2] ?? '')}`)
    const cut = isMany ? (suffix ?? '') : (operands[1] ?? '')
    for (const word of isMany ? operands : operands.slice(0, 1)) {
      const name = lastName(word)
      out.putText((cut !== '' && name !== cut && name.endsWith(cut) ? name.slice(0, -cut.length) : name) + endOf(tool))
    }
    return Promise.resolve(0)
  },
})

/** What is before the last name of paths. */
export const dirnameCommand = textTool({
  name: 'dirname',
  summary: 'prints paths without their last names',
  usage: '[OPTION] NAME...',
  shape: { options: [ZERO] },
  run: (tool) => {
    if (tool.operands.length === 0) usageError('missing operand')
    for (const word of tool.operands) tool.out.putText(folderName(word) + endOf(tool))
    return Promise.resolve(0)
  },
})

const PORTABLE = /[^A-Za-z0-9._-]/u

function flawOf(path: string, tool: Tool): string | undefined {
  const isPortable = tool.options.has('posix') || tool.options.has('portability')
  if ((tool.options.has('names') || tool.options.has('portability')) && /(?:^|\/)-/.test(path))
    return `leading '-' in a component of file name ${quotedName(path)}`
  if ((isPortable || tool.options.has('names')) && path === '') return 'empty file name'
  if (path === '') return "'': No such file or directory"
  if (!isPortable)
    return path.split('/').some((name) => name.length > 255) ? `limit 255 exceeded by length of file name component` : undefined
  const odd = path
    .split('/')
    .map((name) => PORTABLE.exec(name)?.[0])
    .find((letter) => letter !== undefined)
  if (odd !== undefined) return `nonportable character ${curly(odd)} in file name ${quotedName(path)}`
  if (path.length >= 256) return `limit 255 exceeded by length ${path.length} of file name ${quotedName(path)}`
  const long = path.split('/').find((name) => name.length > 14)
  return long === undefined ? undefined : `limit 14 exceeded by length ${long.length} of file name component ${curly(long)}`
}

function quotedName(text: string): string {
  return `'${text}'`
}

/** Whether names are fit for other systems. */
export const pathchkCommand = textTool({
  name: 'pathchk',
  summary: 'tells names that are not valid or not portable',
  usage: '[OPTION]... NAME...',
  shape: {
    options: [
      { key: 'posix', short: 'p' },
      { key: 'names', short: 'P' },
      { key: 'portability', long: ['portability'] },
    ],
  },
  run: async (tool) => {
    if (tool.operands.length === 0) usageError('missing operand')
    let code = 0
    for (const path of tool.operands) {
      const flaw = flawOf(path, tool)
      if (flaw === undefined) continue
      await tool.call.stderr.write(`${tool.call.name}: ${flaw}\n`)
      code = 1
    }
    return code
  },
})
