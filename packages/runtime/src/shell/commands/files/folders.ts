import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { failure, folderName, lookFor, why } from './look'
import { parseMode, type ModeChange } from './mode'

const MODE = { key: 'mode', short: 'm', long: ['mode'], value: 'required' } as const
const VERBOSE = { key: 'verbose', short: 'v', long: ['verbose'] } as const
const PARENTS = { key: 'parents', short: 'p', long: ['parents'] } as const

/** Makes one folder and tells it. @throws FsError */
export function makeFolder(tool: Pick<Tool, 'call'>, path: string, change?: ModeChange): void {
  if (path === '') throw new FsError('ENOENT', 'mkdir', path)
  const { call } = tool
  const full = call.at(path)
  if (lookFor(call, folderName(full))?.type === 'file') throw new FsError('ENOTDIR', 'mkdir', path)
  call.system.tree.mkdir(full.replace(/(.)\/+$/, '$1'))
  const start = 0o777 & ~call.umask
  call.system.tree.chmod(full, change === undefined ? start : change({ mode: 0o777, isFolder: true, umask: call.umask }))
}

/** `mkdir -p`: all that is missing, from the top. */
function makeAll(tool: Tool, path: string, change: ModeChange | undefined): void {
  if (path === '') throw new FsError('ENOENT', 'mkdir', path)
  const names = path.split('/')
  for (let i = 1; i <= names.length; i++) {
    const part = names.slice(0, i).join('/')
    if (part === '' || names[i - 1] === '') continue
    const found = lookFor(tool.call, part)
    if (found?.type === 'folder') continue
    if (found !== undefined) throw new FsError(i === names.length ? 'EEXIST' : 'ENOTDIR', 'mkdir', part)
    const isLast = names.slice(i).every((name) => name === '')
    makeFolder(tool, part, isLast ? change : undefined)
    if (tool.options.has('verbose')) tool.out.putText(`${tool.call.name}: created directory ${quoted(part)}\n`)
  }
}

function makeOne(tool: Tool, path: string, change: ModeChange | undefined): void {
  makeFolder(tool, path, change)
  if (tool.options.has('verbose')) tool.out.putText(`${tool.call.name}: created directory ${quoted(path)}\n`)
}

/** Makes folders. */
export const mkdirCommand = textTool({
  name: 'mkdir',
  summary: 'makes folders',
  usage: '[OPTION]... DIRECTORY...',
  shape: { options: [MODE, PARENTS, VERBOSE, { key: 'context', short: 'Z', long: ['context'], value: 'optional', missing: true }] },
  run: async (tool) => {
    const { operands, options } = tool
    if (operands.length === 0) usageError('missing operand')
    const mode = options.value('mode')
    const change = mode === undefined ? undefined : parseMode(mode)
    if (mode !== undefined && change === undefined) throw new CommandError(`invalid mode ${curly(mode)}`)
    let code = 0
    for (const path of operands) {
      try {
        if (options.has('parents')) makeAll(tool, path, change)
        else makeOne(tool, path, change)
      } catch (thrown) {
        const shown = options.has('parents') ? (failure(thrown).path ?? path) : path
        await complain(tool, `cannot create directory ${curly(shown)}: ${why(thrown)}`)
        code = 1
      }
    }
    return code
  },
})

function removeFolder(tool: Tool, path: string): void {
  const full = tool.call.at(path)
  if (/(?:^|\/)\.\/*$/.test(path)) throw new FsError('EINVAL', 'rmdir', path)
  if (path === '') throw new FsError('ENOENT', 'rmdir', path)
  const own = lookFor(tool.call, path.replace(/(.)\/+$/, '$1'), false)
  if (own !== undefined && own.type !== 'folder') throw new FsError('ENOTDIR', 'rmdir', path)
  tool.call.system.tree.rmdir(full)
}

function* withParents(path: string): Generator<string> {
  yield path
  for (let at = path.replace(/\/+$/, '').lastIndexOf('/'); at > 0; at = path.slice(0, at).lastIndexOf('/')) yield path.slice(0, at)
}

/** Removes folders that are empty. */
export const rmdirCommand = textTool({
  name: 'rmdir',
  summary: 'removes folders that are empty',
  usage: '[OPTION]... DIRECTORY...',
  shape: { options: [PARENTS, VERBOSE, { key: 'ignore', long: ['ignore-fail-on-non-empty'] }] },
  run: async (tool) => {
    const { operands, options, call } = tool
    if (operands.length === 0) usageError('missing operand')
    let code = 0
    for (const operand of operands) {
      for (const path of options.has('parents') ? withParents(operand) : [operand]) {
        // Told before it is tried, as the real one does.
        if (options.has('verbose')) tool.out.putText(`${call.name}: removing directory, ${quoted(path)}\n`)
        const told = removed(tool, path)
        if (told === undefined) continue
        if (told !== '') {
          await complain(tool, `failed to remove ${path === operand ? '' : 'directory '}${quoted(path)}: ${told}`)
          code = 1
        }
        break
      }
    }
    return code
  },
})

/** Undefined: it is gone; empty: it is not, and that is no fault. */
function removed(tool: Tool, path: string): string | undefined {
  try {
    removeFolder(tool, path)
    return undefined
  } catch (thrown) {
    return tool.options.has('ignore') && failure(thrown).code === 'ENOTEMPTY' ? '' : why(thrown)
  }
}
