import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { BACKUP_OPTIONS, backupOf, pairsOf, TARGET_OPTIONS } from './backup'
import { copyTree, type CopyHow } from './copy-tree'
import { folderFlaw } from './cp'
import { makeFolder } from './folders'
import { folderName, lookFor, USER, why } from './look'
import { parseMode, type ModeChange } from './mode'

function modeOf({ options }: Tool): ModeChange {
  const text = options.value('mode') ?? '755'
  const change = parseMode(text)
  if (change === undefined) throw new CommandError(`invalid mode ${curly(text)}`)
  return change
}

/** One user owns all: any other is told as a system tells somebody who is no root. */
async function checkOwner(tool: Tool, path: string): Promise<boolean> {
  const { options } = tool
  for (const key of ['owner', 'group'] as const) {
    const word = options.value(key)
    if (word === undefined || word === USER.name || word === String(USER.id)) continue
    const isKnown = word === 'root' || /^\d+$/.test(word)
    if (!isKnown) throw new CommandError(`invalid ${key === 'owner' ? 'user' : 'group'} ${curly(word)}`)
    await complain(tool, `cannot change ownership of ${quoted(path)}: Operation not permitted`)
    return false
  }
  return true
}

/** All folders of a path that are missing, from the top. False: told. */
async function makeFolders(tool: Tool, path: string, change?: ModeChange): Promise<boolean> {
  const names = path.replace(/(.)\/+$/, '$1').split('/')
  for (const i of names.keys()) {
    const part = names.slice(0, i + 1).join('/')
    if (part === '' || lookFor(tool.call, part)?.type === 'folder') continue
    try {
      if (lookFor(tool.call, part) !== undefined) throw new CommandError('')
      makeFolder(tool, part, i === names.length - 1 ? change : undefined)
    } catch (thrown) {
      await complain(tool, `cannot create directory ${curly(part)}: ${thrown instanceof CommandError ? 'File exists' : why(thrown)}`)
      return false
    }
    if (tool.options.has('verbose')) tool.out.putText(`install: creating directory ${quoted(part)}\n`)
  }
  return true
}

async function installFolders(tool: Tool): Promise<number> {
  const { operands, options, call } = tool
  if (options.has('target-directory')) throw new CommandError('target directory not allowed when installing a directory')
  if (operands.length === 0) usageError('missing file operand')
  const change = modeOf(tool)
  let code = 0
  for (const path of operands) {
    if (!(await makeFolders(tool, path, change))) {
      code = 1
      continue
    }
    call.system.tree.chmod(call.at(path), change({ mode: 0, isFolder: true, umask: 0 }))
    if (!(await checkOwner(tool, path))) code = 1
  }
  return code
}

function copyHow(tool: Tool): CopyHow {
  return {
    tool,
    isRecursive: false,
    follows: 'all',
    keeps: { mode: false, times: tool.options.has('timestamps'), links: false },
    makes: 'copies',
    overwrites: 'always',
    isForced: true,
    removesFirst: true,
    onlyAttributes: false,
    backup: backupOf(tool),
    seen: new Map(),
    made: new Set(),
  }
}

function isSame(tool: Tool, [from, to]: readonly [string, string], mode: number): boolean {
  const [source, target] = [lookFor(tool.call, from), lookFor(tool.call, to, false)]
  if (source?.node?.type !== 'file' || target?.node?.type !== 'file' || target.mode !== mode) return false
  const [a, b] = [source.node.bytes, target.node.bytes]
  return a.length === b.length && a.every((byte, i) => byte === b[i])
}

/** The folder that operands go to is made or must be there. */
async function checkTarget(tool: Tool): Promise<boolean> {
  const { operands, options } = tool
  const folder = options.value('target-directory')
  if (folder !== undefined) {
    if (options.has('leading') && lookFor(tool.call, folder) === undefined) return makeFolders(tool, folder)
    const flaw = folderFlaw(tool, folder)
    if (flaw !== undefined)
      await complain(
        tool,
        `${flaw === 'Not a directory' ? 'target' : 'failed to access'} ${quoted(folder)}${flaw === 'Not a directory' ? ' is not a directory' : `: ${flaw}`}`,
      )
    return flaw === undefined
  }
  const last = operands.at(-1) ?? ''
  const flaw = operands.length > 2 && !options.has('no-target-directory') ? folderFlaw(tool, last) : undefined
  if (flaw !== undefined) await complain(tool, `target ${quoted(last)}: ${flaw}`)
  return flaw === undefined
}

async function installFile(tool: Tool, how: CopyHow, [from, to]: readonly [string, string]): Promise<boolean> {
  const { call, options } = tool
  const change = modeOf(tool)
  const mode = change({ mode: 0, isFolder: false, umask: 0 })
  if (lookFor(call, from)?.type === 'folder') {
    await complain(tool, `omitting directory ${quoted(from)}`)
    return false
  }
  if (options.has('leading') && !options.has('target-directory') && !(await makeFolders(tool, folderName(to)))) return false
  if (options.has('compare') && isSame(tool, [from, to], mode)) return true
  if (!(await copyTree(how, [from, to]))) return false
  call.system.tree.chmod(call.at(to), mode)
  return checkOwner(tool, to)
}

async function install(tool: Tool): Promise<number> {
  const { operands, options } = tool
  if (options.has('compare') && options.has('timestamps'))
    usageError('options --compare (-C) and --preserve-timestamps are mutually exclusive')
  modeOf(tool)
  if (options.has('directory')) return installFolders(tool)
  if (operands.length > 0 && (operands.length > 1 || options.has('target-directory')) && !(await checkTarget(tool))) return 1
  const isOne = options.has('leading') && operands.length === 2 && !options.has('target-directory')
  const last = operands.at(-1) ?? ''
  const pairs = isOne && lookFor(tool.call, last)?.type !== 'folder' ? [[operands[0] ?? '', last] as const] : pairsOf(tool, operands)
  const how = copyHow(tool)
  let code = 0
  for (const pair of pairs) if (!(await installFile(tool, how, pair))) code = 1
  return code
}

/** Copies files and sets what they may. */
export const installCommand = textTool({
  name: 'install',
  summary: 'copies files and sets their permissions, with -d makes folders',
  usage: '[OPTION]... SOURCE... DEST | -d DIRECTORY...',
  shape: {
    options: [
      ...BACKUP_OPTIONS,
      { key: 'ignored', short: 'c' },
      { key: 'compare', short: 'C', long: ['compare'] },
      { key: 'directory', short: 'd', long: ['directory'] },
      { key: 'leading', short: 'D' },
      { key: 'group', short: 'g', long: ['group'], value: 'required' },
      { key: 'mode', short: 'm', long: ['mode'], value: 'required' },
      { key: 'owner', short: 'o', long: ['owner'], value: 'required' },
      { key: 'timestamps', short: 'p', long: ['preserve-timestamps'] },
      { key: 'strip', short: 's', long: ['strip'], missing: true },
      { key: 'strip-program', long: ['strip-program'], value: 'required', missing: true },
      ...TARGET_OPTIONS,
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'context', short: 'Z', long: ['context'], value: 'optional', missing: true },
    ],
  },
  run: install,
})
