import { FsError } from '../../tree/fs-error'
import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { ask } from './ask'
import { failure, joinPath, lookAt, namesIn, typeWords, why, type Look } from './look'

interface Removal {
  readonly tool: Tool
  readonly isForced: boolean
  readonly isRecursive: boolean
  readonly asks: boolean
}

/** Questions are asked of files that may not be written, where a person sits there. */
function mustAsk({ tool, asks, isForced }: Removal, look: Look): boolean {
  if (isForced) return false
  const isProtected = look.type !== 'link' && (look.mode & 0o200) === 0
  return asks || (isProtected && (tool.call.file(0)?.isTerminal ?? false))
}

function questionOf(path: string, look: Look, verb: string): string {
  const isProtected = look.type !== 'link' && (look.mode & 0o200) === 0
  return `${verb} ${isProtected ? 'write-protected ' : ''}${typeWords(look)} ${quoted(path)}? `
}

/** False: it, or something in it, is still there and that was told. */
async function remove(removal: Removal, path: string): Promise<boolean> {
  const { tool, isForced, isRecursive } = removal
  tool.call.tick()
  try {
    const look = lookAt(tool.call, path, false)
    if (look.type === 'folder') return await removeFolder(removal, path, look)
    if (mustAsk(removal, look) && !(await ask(tool, questionOf(path, look, 'remove')))) return true
    tool.call.system.tree.unlink(tool.call.at(path))
    if (tool.options.has('verbose')) tool.out.putText(`removed ${quoted(path)}\n`)
    return true
  } catch (thrown) {
    const { code } = failure(thrown)
    if (isForced && (code === 'ENOENT' || (code === 'ENOTDIR' && !path.endsWith('/')))) return true
    await complain(tool, `cannot remove ${quoted(path)}: ${code === 'EISDIR' && isRecursive ? 'Is a directory' : why(thrown)}`)
    return false
  }
}

async function removeFolder(removal: Removal, path: string, look: Look): Promise<boolean> {
  const { tool, isRecursive } = removal
  const { tree } = tool.call.system
  const names = look.node?.type === 'folder' ? [...look.node.children.keys()] : []
  if (!isRecursive && !(tool.options.has('dir') && names.length === 0))
    throw new FsError(tool.options.has('dir') ? 'ENOTEMPTY' : 'EISDIR', 'unlink', path)
  if (names.length > 0) {
    if (mustAsk(removal, look) && !(await ask(tool, questionOf(path, look, 'descend into')))) return true
    let isEmpty = true
    for (const name of namesIn(tool.call, path)) isEmpty = (await remove(removal, joinPath(path, name))) && isEmpty
    if (!isEmpty) return false
  }
  if (mustAsk(removal, look) && !(await ask(tool, questionOf(path, look, 'remove')))) return true
  if (look.node?.type === 'folder' && look.node.children.size > 0 && removal.asks) return true
  tree.rmdir(tool.call.at(path))
  if (tool.options.has('verbose')) tool.out.putText(`removed directory ${quoted(path)}\n`)
  return true
}

function asksAlways({ options }: Tool): boolean {
  const last = options.found.findLast(({ key }) => ['force', 'each', 'once', 'interactive'].includes(key))
  const when = last?.key === 'interactive' ? (last.value ?? 'always') : last?.key
  if (last?.key === 'interactive' && !/^(never|no|none|once|always|yes)$/.test(when ?? ''))
    usageError(
      `invalid argument ${curly(when ?? '')} for ${curly('--interactive')}\nValid arguments are:\n  - ${['never', 'no', 'none'].map(curly).join(', ')}\n  - ${curly('once')}\n  - ${['always', 'yes'].map(curly).join(', ')}`,
    )
  return when === 'each' || when === 'always' || when === 'yes'
}

async function rm(tool: Tool): Promise<number> {
  const { options, operands } = tool
  const isForced = options.last('force', 'each', 'once', 'interactive') === 'force'
  const isRecursive = options.has('recursive')
  if (operands.length === 0) return isForced ? 0 : usageError('missing operand')
  const removal = { tool, isForced, isRecursive, asks: asksAlways(tool) }
  const isOnce = options.last('force', 'each', 'once', 'interactive') === 'once' || options.value('interactive') === 'once'
  if (isOnce && (isRecursive || operands.length > 3)) {
    const count = `${operands.length} argument${operands.length === 1 ? '' : 's'}`
    if (!(await ask(tool, `remove ${count}${isRecursive ? ' recursively' : ''}? `))) return 0
  }
  let code = 0
  for (const path of operands) {
    if (/(?:^|\/)\.\.?\/*$/.test(path) && isRecursive) {
      await complain(tool, `refusing to remove ${quoted('.')} or ${quoted('..')} directory: skipping ${quoted(path)}`)
      code = 1
    } else if (isRecursive && !options.has('no-preserve-root') && path !== '' && tool.call.at(path) === '/') {
      await complain(tool, `it is dangerous to operate recursively on ${quoted('/')}`)
      throw new CommandError('use --no-preserve-root to override this failsafe')
    } else if (!(await remove(removal, path))) code = 1
  }
  return code
}

/** Removes files, and folders where told. */
export const rmCommand = textTool({
  name: 'rm',
  summary: 'removes files, with -r folders and all that is in them',
  usage: '[OPTION]... [FILE]...',
  shape: {
    options: [
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'each', short: 'i' },
      { key: 'once', short: 'I' },
      { key: 'interactive', long: ['interactive'], value: 'optional' },
      { key: 'one-file-system', long: ['one-file-system'] },
      { key: 'no-preserve-root', long: ['no-preserve-root'] },
      { key: 'preserve-root', long: ['preserve-root'], value: 'optional' },
      { key: 'recursive', short: 'rR', long: ['recursive'] },
      { key: 'dir', short: 'd', long: ['dir'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
  },
  run: rm,
})

/** Removes one file. */
export const unlinkCommand = textTool({
  name: 'unlink',
  summary: 'removes one file',
  usage: 'FILE',
  shape: { options: [] },
  run: (tool) => {
    const [path, extra] = tool.operands
    if (path === undefined) return usageError('missing operand')
    if (extra !== undefined) usageError(`extra operand ${curly(extra)}`)
    try {
      lookAt(tool.call, path, false)
      tool.call.system.tree.unlink(tool.call.at(path))
    } catch (thrown) {
      throw new CommandError(`cannot unlink ${quoted(path)}: ${why(thrown)}`)
    }
    return Promise.resolve(0)
  },
})
