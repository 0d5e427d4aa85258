import { quoted } from '../text/quotes'
import { complain, textTool, type Tool } from '../text/tool'
import { ask } from './ask'
import { BACKUP_OPTIONS, backupOf, keepBackup, pairsOf, TARGET_OPTIONS, type BackupHow } from './backup'
import { folderFlaw } from './cp'
import { failure, lookAt, lookFor, permissions, why, type Look } from './look'

type Pair = readonly [from: string, to: string]

interface MoveHow {
  readonly tool: Tool
  readonly backup: BackupHow | undefined
  readonly made: Set<string>
}

/** Whether what is there gives way. */
async function mayReplace({ tool, backup, made }: MoveHow, [from, to]: Pair, looks: readonly [Look, Look]): Promise<boolean | 'failed'> {
  const { options } = tool
  const [look, target] = looks
  const fail = async (message: string): Promise<'failed'> => {
    await complain(tool, message)
    return 'failed'
  }
  const policy = options.last('force', 'interactive', 'no-clobber')
  if (look.node === target.node && (look.type !== 'folder' || tool.call.at(from) === tool.call.at(to)) && look.node !== undefined) {
    if (look.type !== 'folder' && tool.call.at(from) !== tool.call.at(to)) return true
    return fail(`${quoted(from)} and ${quoted(to)} are the same file`)
  }
  if (policy === 'no-clobber') return false
  if (options.has('update') && target.mtime >= look.mtime) return false
  if (target.type === 'folder' && look.type !== 'folder') return fail(`cannot overwrite directory ${quoted(to)} with non-directory`)
  if (target.type !== 'folder' && look.type === 'folder')
    return fail(`cannot overwrite non-directory ${quoted(to)} with directory ${quoted(from)}`)
  if (made.has(tool.call.at(to)) && backup === undefined) return fail(`will not overwrite just-created ${quoted(to)} with ${quoted(from)}`)
  const isProtected = target.type === 'file' && (target.mode & 0o200) === 0
  const asks = policy === 'interactive' || (policy !== 'force' && isProtected && (tool.call.file(0)?.isTerminal ?? false))
  if (!asks) return true
  const question = isProtected
    ? `replace ${quoted(to)}, overriding mode ${target.mode.toString(8).padStart(4, '0')} (${permissions(target.mode)})? `
    : `overwrite ${quoted(to)}? `
  return ask(tool, question)
}

async function move(how: MoveHow, [from, to]: Pair): Promise<boolean> {
  const { tool, backup } = how
  const { call, options } = tool
  const { tree } = call.system
  let look: Look
  try {
    look = lookAt(call, from, false)
  } catch (thrown) {
    await complain(tool, `cannot stat ${quoted(from)}: ${why(thrown)}`)
    return false
  }
  const target = lookFor(call, to.replace(/(.)\/+$/, '$1'), false)
  let kept = ''
  if (target !== undefined) {
    const may = await mayReplace(how, [from, to], [look, target])
    if (may !== true) return may === false
    if (backup !== undefined) kept = ` (backup: ${quoted(keepBackup(call, to, backup))})`
  }
  try {
    if (to.endsWith('/') && look.type !== 'folder' && lookFor(call, to)?.type !== 'folder') {
      await complain(tool, `cannot move ${quoted(from)} to ${quoted(to)}: Not a directory`)
      return false
    }
    const same = target?.node === look.node && look.type === 'file' && backup === undefined
    if (same) tree.unlink(call.at(from))
    else tree.rename(call.at(from).replace(/(.)\/+$/, '$1'), call.at(to).replace(/(.)\/+$/, '$1'))
  } catch (thrown) {
    const isInside = failure(thrown).code === 'EINVAL'
    await complain(
      tool,
      isInside
        ? `cannot move ${quoted(from)} to a subdirectory of itself, ${quoted(to)}`
        : `cannot move ${quoted(from)} to ${quoted(to)}: ${why(thrown)}`,
    )
    return false
  }
  how.made.add(call.at(to))
  if (options.has('verbose')) tool.out.putText(`renamed ${quoted(from)} -> ${quoted(to)}${kept}\n`)
  return true
}

/** Moves and renames. */
export const mvCommand = textTool({
  name: 'mv',
  summary: 'moves files and folders, or gives them other names',
  usage: '[OPTION]... SOURCE... DEST',
  shape: {
    options: [
      ...BACKUP_OPTIONS,
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'interactive', short: 'i', long: ['interactive'] },
      { key: 'no-clobber', short: 'n', long: ['no-clobber'] },
      { key: 'strip-trailing-slashes', long: ['strip-trailing-slashes'] },
      ...TARGET_OPTIONS,
      { key: 'update', short: 'u', long: ['update'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'context', short: 'Z', long: ['context'], missing: true },
    ],
  },
  run: async (tool) => {
    const { options } = tool
    const operands = options.has('strip-trailing-slashes') ? tool.operands.map((path) => path.replace(/(.)\/+$/, '$1')) : tool.operands
    const pairs = pairsOf(tool, operands)
    const folder = options.value('target-directory')
    const last = operands.at(-1) ?? ''
    const flaw = folder !== undefined || operands.length > 2 ? folderFlaw(tool, folder ?? last) : undefined
    if (flaw !== undefined) {
      await complain(tool, folder === undefined ? `target ${quoted(last)}: ${flaw}` : `target directory ${quoted(folder)}: ${flaw}`)
      return 1
    }
    const how = { tool, backup: backupOf(tool), made: new Set<string>() }
    let code = 0
    for (const pair of pairs) if (!(await move(how, pair))) code = 1
    return code
  },
})
