import { resolvePath } from '../../tree/tree-node'
import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { ask } from './ask'
import { BACKUP_OPTIONS, backupOf, keepBackup, TARGET_OPTIONS } from './backup'
import { folderName, joinPath, lastName, lookAt, lookFor, why } from './look'

type Pair = readonly [target: string, link: string]

function pairsOf(tool: Tool): readonly Pair[] {
  const { options, operands, call } = tool
  const folder = options.value('target-directory')
  const isPlain = options.has('no-target-directory')
  if (operands.length === 0) usageError('missing file operand')
  if (folder !== undefined) return operands.map((target) => [target, joinPath(folder, lastName(target))])
  const [first = '', second] = operands
  if (isPlain) {
    if (second === undefined) usageError(`missing destination file operand after ${quoted(first)}`)
    if (operands.length > 2) usageError(`extra operand ${curly(operands[2] ?? '')}`)
    return [[first, second]]
  }
  if (second === undefined) return [[first, `./${lastName(first)}`]]
  const last = operands.at(-1) ?? ''
  const look = lookFor(call, last, !options.has('no-dereference'))
  if (look?.type === 'folder') return operands.slice(0, -1).map((target) => [target, joinPath(last, lastName(target))])
  if (operands.length > 2)
    throw new CommandError(`target ${quoted(last)}: ${look === undefined ? 'No such file or directory' : 'Not a directory'}`)
  return [[first, last]]
}

/** A target as it is seen from the folder of the link. */
function relativeTo(tool: Tool, target: string, link: string): string {
  const { call } = tool
  const full = (path: string): string => {
    const at = call.at(path).replace(/(.)\/+$/, '$1')
    return lookFor(call, at) === undefined ? resolvePath('/', at) : call.system.tree.realpath(at)
  }
  const from = full(folderName(link)).split('/').filter(Boolean)
  const to = full(target).split('/').filter(Boolean)
  let same = 0
  while (same < from.length && same < to.length && from[same] === to[same]) same += 1
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/') || '.'
}

async function giveWay(tool: Tool, [target, link]: Pair): Promise<string | undefined> {
  const { options, call } = tool
  const there = lookFor(call, link, false)
  if (there === undefined) return ''
  const isSymbolic = options.has('symbolic')
  const kind = isSymbolic ? 'symbolic' : 'hard'
  const policy = options.last('force', 'interactive')
  const backup = backupOf(tool)
  const refuse = async (message: string): Promise<undefined> => {
    await complain(tool, message)
    return undefined
  }
  if (there.type === 'folder')
    return refuse(
      policy === undefined && backup === undefined
        ? `failed to create ${kind} link ${quoted(link)}: File exists`
        : `${link}: cannot overwrite directory`,
    )
  if (policy === undefined && backup === undefined) return refuse(`failed to create ${kind} link ${quoted(link)}: File exists`)
  const isSame = call.at(target) === call.at(link)
  if (isSame && backup === undefined) return refuse(`${quoted(target)} and ${quoted(link)} are the same file`)
  if (policy === 'interactive' && !(await ask(tool, `replace ${quoted(link)}? `))) return undefined
  if (backup !== undefined) return keepBackup(call, link, backup)
  call.system.tree.unlink(call.at(link))
  return ''
}

async function makeLink(tool: Tool, pair: Pair): Promise<boolean> {
  const { options, call, out } = tool
  const [target, link] = pair
  const isSymbolic = options.has('symbolic')
  if (!isSymbolic) {
    try {
      const source = lookAt(call, target, options.last('logical', 'physical') === 'logical')
      if (source.type === 'folder') throw new CommandError(`${target}: hard link not allowed for directory`)
    } catch (thrown) {
      await complain(tool, thrown instanceof CommandError ? thrown.message : `failed to access ${quoted(target)}: ${why(thrown)}`)
      return false
    }
  }
  const kept = await giveWay(tool, pair)
  if (kept === undefined) return false
  const text = isSymbolic && options.has('relative') ? relativeTo(tool, target, link) : target
  try {
    if (isSymbolic) {
      if (text === '') lookAt(call, '')
      call.system.tree.symlink(text, call.at(link))
    } else {
      const from = options.has('logical') ? call.system.tree.realpath(call.at(target)) : call.at(target)
      call.system.tree.link(from, call.at(link))
    }
  } catch (thrown) {
    const kind = isSymbolic ? 'symbolic' : 'hard'
    await complain(
      tool,
      `failed to create ${kind} link ${quoted(link)}${isSymbolic && text !== '' ? '' : ` ${isSymbolic ? '->' : '=>'} ${quoted(target)}`}: ${why(thrown)}`,
    )
    return false
  }
  if (options.has('verbose'))
    out.putText(`${quoted(link)} ${isSymbolic ? '->' : '=>'} ${quoted(text)}${kept === '' ? '' : ` (backup: ${quoted(kept)})`}\n`)
  return true
}

/** Makes links. */
export const lnCommand = textTool({
  name: 'ln',
  summary: 'gives a file another name, or with -s makes a link to a path',
  usage: '[OPTION]... TARGET... [LINK_NAME | DIRECTORY]',
  shape: {
    options: [
      ...BACKUP_OPTIONS,
      { key: 'directory', short: 'dF', long: ['directory'] },
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'interactive', short: 'i', long: ['interactive'] },
      { key: 'logical', short: 'L', long: ['logical'] },
      { key: 'no-dereference', short: 'n', long: ['no-dereference'] },
      { key: 'physical', short: 'P', long: ['physical'] },
      { key: 'relative', short: 'r', long: ['relative'] },
      { key: 'symbolic', short: 's', long: ['symbolic'] },
      ...TARGET_OPTIONS,
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
  },
  run: async (tool) => {
    if (tool.options.has('relative') && !tool.options.has('symbolic')) throw new CommandError('cannot do --relative without --symbolic')
    let code = 0
    for (const pair of pairsOf(tool)) if (!(await makeLink(tool, pair))) code = 1
    return code
  },
})

/** The system call, bare. */
export const linkCommand = textTool({
  name: 'link',
  summary: 'gives a file another name',
  usage: 'FILE1 FILE2',
  shape: { options: [] },
  run: (tool) => {
    const [from, to, extra] = tool.operands
    if (from === undefined || to === undefined)
      return usageError(from === undefined ? 'missing operand' : `missing operand after ${curly(from)}`)
    if (extra !== undefined) usageError(`extra operand ${curly(extra)}`)
    try {
      tool.call.system.tree.link(tool.call.at(from), tool.call.at(to))
    } catch (thrown) {
      throw new CommandError(`cannot create link ${quoted(to)} to ${quoted(from)}: ${why(thrown)}`)
    }
    return Promise.resolve(0)
  },
})
