import { CommandError } from '../command'
import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { joinPath, lookAt, lookFor, namesIn, permissions, USER, why, type Look } from './look'
import { parseMode, type ModeChange } from './mode'

const SHARED = [
  { key: 'recursive', short: 'R', long: ['recursive'] },
  { key: 'preserve-root', long: ['preserve-root'] },
  { key: 'no-preserve-root', long: ['no-preserve-root'] },
  { key: 'changes', short: 'c', long: ['changes'] },
  { key: 'quiet', short: 'f', long: ['silent', 'quiet'] },
  { key: 'verbose', short: 'v', long: ['verbose'] },
  { key: 'reference', long: ['reference'], value: 'required' },
] as const

type Take = (path: string, look: Look) => Promise<boolean>

interface Visit {
  readonly tool: Tool
  readonly take: Take
  /** Links themselves are meant: `chown -h`. */
  readonly isOfLinks: boolean
}

/** One path and, with -R, all below it. False: something failed and was told. */
async function visit(how: Visit, path: string, isOperand: boolean): Promise<boolean> {
  const { tool, take } = how
  tool.call.tick()
  let isGood = true
  try {
    const own = lookAt(tool.call, path, false)
    if (own.type === 'link' && !isOperand && !how.isOfLinks) return true
    if (own.type === 'link' && !how.isOfLinks && lookFor(tool.call, path) === undefined) {
      if (!tool.options.has('quiet')) await complain(tool, `cannot operate on dangling symlink ${quoted(path)}`)
      return false
    }
    const look = how.isOfLinks ? own : lookAt(tool.call, path)
    isGood = await take(path, look)
    if (!tool.options.has('recursive') || look.type !== 'folder') return isGood
    for (const name of namesIn(tool.call, path)) isGood = (await visit(how, joinPath(path, name), false)) && isGood
    return isGood
  } catch (thrown) {
    if (!tool.options.has('quiet')) await complain(tool, `cannot access ${quoted(path)}: ${why(thrown)}`)
    return false
  }
}

async function visitAll(how: Visit, paths: readonly string[]): Promise<number> {
  let code = 0
  for (const path of paths) if (!(await visit(how, path, true))) code = 1
  return code
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}

function tell({ options, out }: Tool, path: string, modes: readonly [old: number, now: number]): void {
  const [old, now] = modes
  if (!options.has('verbose') && !(options.has('changes') && old !== now)) return
  const words =
    old === now
      ? `mode of ${quoted(path)} retained as ${octal(now)} (${permissions(now)})`
      : `mode of ${quoted(path)} changed from ${octal(old)} (${permissions(old)}) to ${octal(now)} (${permissions(now)})`
  out.putText(`${words}\n`)
}

function referenceLook(tool: Tool, path: string): Look {
  try {
    return lookAt(tool.call, path)
  } catch (thrown) {
    throw new CommandError(`failed to get attributes of ${quoted(path)}: ${why(thrown)}`)
  }
}

function changeOf(tool: Tool, mode: string | undefined): ModeChange {
  const reference = tool.options.value('reference')
  if (reference !== undefined) {
    const { mode: wanted } = referenceLook(tool, reference)
    return () => wanted
  }
  const change = parseMode(mode ?? '')
  if (change === undefined) usageError(`invalid mode: ${curly(mode ?? '')}`)
  return change
}

/** Mode words may begin with a dash, and then stand where an option may. */
function modeWord(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--')
  const at = args.findIndex((word, i) => (end < 0 || i < end) && /^-[rwxXstugoa,+=0-7]/.test(word))
  const word = args[at]
  return word === undefined ? args : [`--mode-word=${word}`, ...args.slice(0, at), ...args.slice(at + 1)]
}

async function chmod(tool: Tool): Promise<number> {
  const { options, call } = tool
  const dashed = options.value('mode-word')
  const rest = [...tool.operands]
  const mode = dashed ?? (options.has('reference') ? undefined : rest.shift())
  if (mode === undefined && !options.has('reference')) usageError('missing operand')
  if (rest.length === 0) usageError(mode === undefined ? 'missing operand' : `missing operand after ${curly(mode)}`)
  const change = changeOf(tool, mode)
  return visitAll(
    {
      tool,
      isOfLinks: false,
      take: async (path, look) => {
        if (look.node === undefined) {
          if (!options.has('quiet')) await complain(tool, `changing permissions of ${quoted(path)}: Operation not permitted`)
          return false
        }
        const isFolder = look.type === 'folder'
        const now = change({ mode: look.mode, isFolder, umask: call.umask })
        call.system.tree.chmod(call.at(path), now)
        tell(tool, path, [look.mode, now])
        const naive = dashed === undefined ? now : change({ mode: look.mode, isFolder, umask: 0 })
        if ((now & ~naive) === 0) return true
        await complain(tool, `${path}: new permissions are ${permissions(now)}, not ${permissions(naive)}`)
        return false
      },
    },
    rest,
  )
}

/** Sets permission bits. */
export const chmodCommand = textTool({
  name: 'chmod',
  summary: 'sets the permission bits of files, as octal digits or in letters such as u+x',
  usage: '[OPTION]... MODE[,MODE]... FILE...',
  before: modeWord,
  shape: { options: [...SHARED, { key: 'mode-word', long: ['mode-word'], value: 'required' }] },
  run: chmod,
})

const OWN_NAMES: ReadonlySet<string> = new Set(['', USER.name, String(USER.id), `+${USER.id}`])
const KNOWN_NAMES: ReadonlySet<string> = new Set(['root', 'nobody', 'daemon', 'bin', 'sys'])

function checkName(kind: 'user' | 'group', name: string, whole: string): void {
  if (OWN_NAMES.has(name) || KNOWN_NAMES.has(name) || /^\+?\d+$/.test(name)) return
  throw new CommandError(`invalid ${kind}: ${curly(whole)}`)
}

async function changeOwner(tool: Tool, kind: 'chown' | 'chgrp'): Promise<number> {
  const { options } = tool
  const rest = [...tool.operands]
  const word = options.has('reference') ? '' : rest.shift()
  if (word === undefined) return usageError('missing operand')
  if (rest.length === 0) usageError(options.has('reference') ? 'missing operand' : `missing operand after ${curly(word)}`)
  const reference = options.value('reference')
  if (reference !== undefined) referenceLook(tool, reference)
  const [user = '', group = ''] = kind === 'chgrp' ? ['', word] : word.split(/[:.]/, 2)
  checkName('user', user, word)
  checkName('group', group, word)
  const isOwn = OWN_NAMES.has(user) && OWN_NAMES.has(group)
  const noun = kind === 'chgrp' || user === '' ? 'group' : 'ownership'
  return visitAll(
    {
      tool,
      isOfLinks: options.last('no-dereference', 'dereference') === 'no-dereference',
      take: async (path) => {
        if (!isOwn) {
          if (!options.has('quiet')) await complain(tool, `changing ${noun} of ${quoted(path)}: Operation not permitted`)
          return false
        }
        if (options.has('verbose'))
          tool.out.putText(`${noun} of ${quoted(path)} retained as ${kind === 'chgrp' ? USER.name : ownerShown(user, group)}\n`)
        return true
      },
    },
    rest,
  )
}

function ownerShown(user: string, group: string): string {
  if (user === '') return USER.name
  return group === '' ? USER.name : `${USER.name}:${USER.name}`
}

const OWNER_OPTIONS = [
  ...SHARED,
  { key: 'no-dereference', short: 'h', long: ['no-dereference'] },
  { key: 'dereference', long: ['dereference'] },
  { key: 'walk', short: 'HLP' },
] as const

/** Sets the owner, who can only be the one user that there is. */
export const chownCommand = textTool({
  name: 'chown',
  summary: 'sets the owner of files; there is one user, and others are not permitted',
  usage: '[OPTION]... [OWNER][:[GROUP]] FILE...',
  shape: { options: [...OWNER_OPTIONS, { key: 'from', long: ['from'], value: 'required', missing: true }] },
  run: (tool) => changeOwner(tool, 'chown'),
})

/** Sets the group, which can only be the user's own. */
export const chgrpCommand = textTool({
  name: 'chgrp',
  summary: 'sets the group of files; there is one group, and others are not permitted',
  usage: '[OPTION]... GROUP FILE...',
  shape: { options: OWNER_OPTIONS },
  run: (tool) => changeOwner(tool, 'chgrp'),
})
