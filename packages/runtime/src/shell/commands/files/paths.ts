import { FsError } from '../../tree/fs-error'
import { resolvePath } from '../../tree/tree-node'
import { walk } from '../../tree/tree-walk'
import { CommandError, type Call } from '../command'
import { quoteIfNeeded } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { failure, lookAt, why } from './look'
import { endOf } from './names'

/** What must be there for a path to be resolved. */
type Must = 'all' | 'all but the last' | 'none'

const MAX_LINKS = 40

/** Absolute, without links, `.` and `..`. @throws FsError */
function resolved(call: Call, path: string, must: Must): string {
  if (path === '') throw new FsError('ENOENT', 'realpath', path)
  const rest = (path.startsWith('/') ? path : `${call.cwd}/${path}`).split('/').filter((name) => name !== '' && name !== '.')
  let at = ''
  let links = 0
  let isFile = false
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (isFile && must !== 'none') throw new FsError('ENOTDIR', 'realpath', path)
    if (name === '..') {
      at = at.slice(0, Math.max(0, at.lastIndexOf('/')))
      continue
    }
    const next = `${at}/${name}`
    const node = nodeAt(call, next)
    if (node?.type === 'link' && !(must === 'none' && links >= MAX_LINKS)) {
      links += 1
      if (links > MAX_LINKS && must !== 'none') throw new FsError('ELOOP', 'realpath', path)
      rest.unshift(...node.target.split('/').filter((part) => part !== '' && part !== '.'))
      if (node.target.startsWith('/')) at = ''
      continue
    }
    if (node === undefined && (must === 'all' || (must === 'all but the last' && rest.length > 0)))
      throw new FsError('ENOENT', 'realpath', path)
    isFile = node?.type === 'file'
    at = next
  }
  if (isFile && path.endsWith('/') && must !== 'none') throw new FsError('ENOTDIR', 'realpath', path)
  return at === '' ? '/' : at
}

function nodeAt(call: Call, path: string): ReturnType<typeof walk>['node'] {
  try {
    return walk(call.system.tree.root, path, { follow: false, syscall: 'lstat' }).node
  } catch (thrown) {
    failure(thrown)
    return undefined
  }
}

const WAYS = [
  { key: 'canonicalize-existing', short: 'e', long: ['canonicalize-existing'] },
  { key: 'canonicalize-missing', short: 'm', long: ['canonicalize-missing'] },
  { key: 'zero', short: 'z', long: ['zero'] },
] as const

/** What links point to. */
export const readlinkCommand = textTool({
  name: 'readlink',
  summary: 'prints what a link points to, or with -f where a path leads',
  usage: '[OPTION]... FILE...',
  shape: {
    options: [
      ...WAYS,
      { key: 'canonicalize', short: 'f', long: ['canonicalize'] },
      { key: 'no-newline', short: 'n', long: ['no-newline'] },
      { key: 'quiet', short: 'qs', long: ['quiet', 'silent'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
    ],
  },
  run: async (tool) => {
    const { operands, options, call, out } = tool
    if (operands.length === 0) usageError('missing operand')
    const isBare = options.has('no-newline') && operands.length === 1
    if (options.has('no-newline') && operands.length > 1) await complain(tool, 'ignoring --no-newline with multiple arguments')
    const way = options.last('canonicalize', 'canonicalize-existing', 'canonicalize-missing')
    const must: Must = way === 'canonicalize-existing' ? 'all' : way === 'canonicalize-missing' ? 'none' : 'all but the last'
    const isVerbose = options.last('quiet', 'verbose') === 'verbose'
    let code = 0
    for (const path of operands) {
      try {
        const link = way === undefined ? linkTarget(call, path) : resolved(call, path, must)
        out.putText(link + (isBare ? '' : endOf(tool)))
      } catch (thrown) {
        if (isVerbose) await complain(tool, `${quoteIfNeeded(path)}: ${why(thrown)}`)
        else failure(thrown)
        code = 1
      }
    }
    return code
  },
})

function linkTarget(call: Call, path: string): string {
  const look = lookAt(call, path, false)
  if (look.target === undefined) throw new FsError('EINVAL', 'readlink', path)
  return look.target
}

function relative(from: string, to: string): string {
  const a = from.split('/').filter(Boolean)
  const b = to.split('/').filter(Boolean)
  let same = 0
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1
  return [...a.slice(same).map(() => '..'), ...b.slice(same)].join('/') || '.'
}

function isBelow(path: string, folder: string): boolean {
  return folder === '/' || path === folder || path.startsWith(`${folder}/`)
}

interface Real {
  resolve(path: string): string
  readonly to: string | undefined
  readonly base: string | undefined
}

function realOf({ options, call }: Tool): Real {
  const way = options.last('canonicalize-existing', 'canonicalize-missing')
  const must: Must = way === 'canonicalize-existing' ? 'all' : way === 'canonicalize-missing' ? 'none' : 'all but the last'
  const isLogical = options.last('logical', 'physical', 'strip') === 'logical'
  const isBare = options.last('logical', 'physical', 'strip') === 'strip'
  const resolve = (path: string): string => {
    if (path === '') throw new FsError('ENOENT', 'realpath', path)
    const plain = resolvePath(call.cwd, path)
    if (isBare) {
      if (must === 'all') lookAt(call, path)
      return plain
    }
    return resolved(call, isLogical ? plain : path, must)
  }
  const folder = (key: string): string | undefined => {
    const path = options.value(key)
    if (path === undefined) return undefined
    try {
      const found = resolve(path)
      if (must === 'all' && lookAt(call, path).type !== 'folder') throw new FsError('ENOTDIR', 'realpath', path)
      return found
    } catch (thrown) {
      throw new CommandError(`${quoteIfNeeded(path)}: ${why(thrown)}`)
    }
  }
  const base = folder('relative-base')
  const to = folder('relative-to') ?? base
  return { resolve, to, base }
}

/** Where paths lead. */
export const realpathCommand = textTool({
  name: 'realpath',
  summary: 'prints where paths lead, absolute and without links',
  usage: '[OPTION]... FILE...',
  shape: {
    options: [
      ...WAYS,
      { key: 'logical', short: 'L', long: ['logical'] },
      { key: 'physical', short: 'P', long: ['physical'] },
      { key: 'quiet', short: 'q', long: ['quiet'] },
      { key: 'relative-to', long: ['relative-to'], value: 'required' },
      { key: 'relative-base', long: ['relative-base'], value: 'required' },
      { key: 'strip', short: 's', long: ['strip', 'no-symlinks'] },
    ],
  },
  run: async (tool) => {
    const { operands, options, out } = tool
    if (operands.length === 0) usageError('missing operand')
    const { resolve, to, base } = realOf(tool)
    let code = 0
    for (const path of operands) {
      try {
        const full = resolve(path)
        const isRelative = to !== undefined && (base === undefined || (isBelow(full, base) && isBelow(to, base)))
        out.putText((isRelative ? relative(to, full) : full) + endOf(tool))
      } catch (thrown) {
        if (!options.has('quiet')) await complain(tool, `${quoteIfNeeded(path)}: ${why(thrown)}`)
        else failure(thrown)
        code = 1
      }
    }
    return code
  },
})
