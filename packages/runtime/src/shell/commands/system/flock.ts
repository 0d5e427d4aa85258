import type { OpenFile } from '../../streams/open-file'
import { openPath } from '../../streams/open-path'
import type { TreeNode } from '../../tree/tree-node'
import { CommandError, type Call } from '../command'
import { lookFor, why } from '../files/look'
import { textTool, usageError, type Tool } from '../text/tool'

/** One holder of a lock. It holds for as long as a process has the file open, or until it lets go. */
interface Hold {
  readonly file: OpenFile | undefined
  readonly isShared: boolean
}

const holds = new WeakMap<TreeNode, Hold[]>()
/** How often a lock that is taken is asked for again, in milliseconds. */
const POLL = 15

function live(call: Call, node: TreeNode): Hold[] {
  const open = new Set(call.system.processes.all.flatMap((process) => [...process.files.values()]))
  const found = (holds.get(node) ?? []).filter(({ file }) => file === undefined || open.has(file))
  holds.set(node, found)
  return found
}

function tryLock(call: Call, node: TreeNode, hold: Hold): boolean {
  const others = live(call, node).filter(({ file }) => file === undefined || file !== hold.file)
  if (others.some(({ isShared }) => !isShared || !hold.isShared)) return false
  holds.set(node, [...others, hold])
  return true
}

function release(node: TreeNode, hold: Hold): void {
  holds.set(
    node,
    (holds.get(node) ?? []).filter((one) => one !== hold),
  )
}

/** False: somebody else has it, and there was no waiting for it. */
async function lock(tool: Tool, node: TreeNode, hold: Hold): Promise<boolean> {
  const { call, options } = tool
  const { clock } = call.system
  const limit = options.value('wait')
  if (limit !== undefined && !/^\d+(\.\d+)?$/.test(limit)) throw new CommandError(`invalid timeout value: '${limit}'`, 64)
  const until = options.has('nonblock') ? 0 : limit === undefined ? Infinity : clock.steady() + Number(limit) * 1000
  while (!tryLock(call, node, hold)) {
    if (clock.steady() >= until) return false
    await clock.sleep(POLL, call.process.signal)
    call.tick()
  }
  return true
}

function nodeFor(call: Call, path: string): TreeNode {
  try {
    const folder = lookFor(call, path)
    if (folder?.node?.type === 'folder') return folder.node
    const file = openPath(call, call.at(path), { read: true, create: 0o666 & ~call.umask })
    const { node } = file
    file.release()
    if (node !== undefined) return node
  } catch (thrown) {
    throw new CommandError(`cannot open lock file ${path}: ${why(thrown)}`, 66)
  }
  throw new CommandError(`cannot open lock file ${path}: Invalid argument`, 66)
}

async function byDescriptor(tool: Tool, word: string, conflict: number): Promise<number> {
  if (!/^\d+$/.test(word)) throw new CommandError(`bad file descriptor: '${word}'`, 64)
  const file = tool.call.file(Number(word))
  if (file?.node === undefined) throw new CommandError(`${word}: Bad file descriptor`, 65)
  const { node } = file
  const own = live(tool.call, node).find((hold) => hold.file === file)
  if (own !== undefined) release(node, own)
  if (tool.options.has('unlock')) return 0
  return (await lock(tool, node, { file, isShared: tool.options.has('shared') })) ? 0 : conflict
}

async function flock(tool: Tool): Promise<number> {
  const { operands, options, call } = tool
  const [path, ...argv] = operands
  const word = options.value('conflict') ?? '1'
  if (!/^\d+$/.test(word) || Number(word) > 255) throw new CommandError('exit code out of range (expected 0 to 255)', 64)
  if (path === undefined) return usageError('not enough arguments', 64)
  const script = options.value('command')
  const [dash, text] = argv
  const words = script === undefined && (dash === '-c' || dash === '--command') ? ['/bin/sh', '-c', text ?? ''] : argv
  const command = script === undefined ? words : ['/bin/sh', '-c', script]
  if (command.length === 0) return byDescriptor(tool, path, Number(word))
  const node = nodeFor(call, path)
  const hold: Hold = { file: undefined, isShared: options.has('shared') }
  if (!options.has('unlock') && !(await lock(tool, node, hold))) return Number(word)
  try {
    return await call.exec(command)
  } finally {
    release(node, hold)
  }
}

/** Waits for a lock on a file, then runs a command. */
export const flockCommand = textTool({
  name: 'flock',
  summary: 'takes a lock on a file and runs a command with it',
  usage: '[OPTION]... FILE COMMAND [ARG]... | FILE -c SCRIPT | NUMBER',
  agrees: 'util-linux 2.38.1',
  shape: {
    stopsEarly: true,
    usageCode: 64,
    options: [
      { key: 'shared', short: 's', long: ['shared'] },
      { key: 'exclusive', short: 'xe', long: ['exclusive'] },
      { key: 'unlock', short: 'u', long: ['unlock'] },
      { key: 'nonblock', short: 'n', long: ['nonblock', 'nb'] },
      { key: 'wait', short: 'w', long: ['timeout', 'wait'], value: 'required' },
      { key: 'close', short: 'o', long: ['close'] },
      { key: 'command', short: 'c', long: ['command'], value: 'required' },
      { key: 'conflict', short: 'E', long: ['conflict-exit-code'], value: 'required' },
      { key: 'no-fork', short: 'F', long: ['no-fork'] },
      { key: 'verbose', long: ['verbose'], missing: true },
    ],
  },
  run: flock,
})
