import { curly, quoted } from '../text/quotes'
import { complain, textTool, usageError, type Tool } from '../text/tool'
import { BACKUP_OPTIONS, backupOf, pairsOf, TARGET_OPTIONS } from './backup'
import { copyTree, type CopyHow } from './copy-tree'
import { makeFolder } from './folders'
import { folderName, lookAt, lookFor, why } from './look'

const ATTRIBUTES = new Set(['mode', 'timestamps', 'ownership', 'links', 'context', 'xattr', 'all'])

function kept({ options }: Tool): CopyHow['keeps'] {
  const keeps = { mode: false, times: false, links: false }
  const set = (words: readonly string[], value: boolean): void => {
    for (const word of words) {
      if (!ATTRIBUTES.has(word)) usageError(`invalid argument ${curly(word)} for ${curly(value ? '--preserve' : '--no-preserve')}`)
      if (word === 'mode' || word === 'all') keeps.mode = value
      if (word === 'timestamps' || word === 'all') keeps.times = value
      if (word === 'links' || word === 'all') keeps.links = value
    }
  }
  for (const { key, value } of options.found) {
    if (key === 'archive') set(['all'], true)
    if (key === 'links-themselves') set(['links'], true)
    if (key === 'preserve') set((value ?? 'mode,ownership,timestamps').split(','), true)
    if (key === 'no-preserve') set((value ?? '').split(','), false)
  }
  return keeps
}

function howOf(tool: Tool): CopyHow {
  const { options } = tool
  const isRecursive = options.has('recursive') || options.has('archive')
  const walk = options.last('follow', 'no-follow', 'follow-operands', 'links-themselves', 'archive')
  const follows = walk === 'follow' ? 'all' : walk === 'follow-operands' ? 'operands' : walk !== undefined || isRecursive ? 'none' : 'all'
  const policy = options.last('interactive', 'no-clobber', 'force')
  const isInteractive = options.last('interactive', 'no-clobber') === 'interactive'
  const overwrites =
    options.last('interactive', 'no-clobber') === 'no-clobber'
      ? 'never'
      : isInteractive
        ? 'asks'
        : options.has('update')
          ? 'older'
          : 'always'
  return {
    tool,
    isRecursive,
    follows: walk === undefined && (options.has('link') || options.has('symbolic-link')) ? 'none' : follows,
    keeps: kept(tool),
    makes: options.has('link') ? 'hard links' : options.has('symbolic-link') ? 'links' : 'copies',
    overwrites,
    isForced: policy === 'force' || options.has('force'),
    removesFirst: options.has('remove-destination'),
    onlyAttributes: options.has('attributes-only'),
    backup: backupOf(tool),
    seen: new Map(),
    made: new Set(),
  }
}

/** `--parents`: folders of the source are made below the target. */
async function withParents(tool: Tool, how: CopyHow): Promise<number> {
  const folder = tool.options.value('target-directory') ?? tool.operands.at(-1) ?? ''
  const sources = tool.options.has('target-directory') ? tool.operands : tool.operands.slice(0, -1)
  if (sources.length === 0)
    usageError(tool.operands.length === 0 ? 'missing file operand' : `missing destination file operand after ${quoted(folder)}`)
  if (lookFor(tool.call, folder)?.type !== 'folder') usageError('with --parents, the destination must be a directory')
  let code = 0
  for (const source of sources) {
    const target = `${folder.replace(/\/+$/, '')}/${source.replace(/^\/+/, '').replace(/\/+$/, '')}`
    const missing: string[] = []
    for (let at = folderName(target); lookFor(tool.call, at) === undefined; at = folderName(at)) missing.unshift(at)
    for (const path of missing) {
      makeFolder(tool, path)
      if (tool.options.has('verbose')) tool.out.putText(`${path.slice(folder.replace(/\/+$/, '').length + 1)} -> ${path}\n`)
    }
    if (!(await copyTree(how, [source, target]))) code = 1
  }
  return code
}

async function cp(tool: Tool): Promise<number> {
  const { options, call } = tool
  const how = howOf(tool)
  const operands = options.has('strip-trailing-slashes') ? tool.operands.map((path) => path.replace(/(.)\/+$/, '$1')) : tool.operands
  if (options.has('link') && options.has('symbolic-link')) usageError('cannot make both hard and symbolic links')
  if (options.has('parents')) return withParents(tool, how)
  const pairs = pairsOf(tool, operands)
  const folder = options.value('target-directory')
  const last = operands.at(-1) ?? ''
  if (folder !== undefined || operands.length > 2) {
    const flaw = folderFlaw(tool, folder ?? last)
    if (flaw !== undefined) {
      await complain(tool, folder === undefined ? `target ${quoted(last)}: ${flaw}` : `target directory ${quoted(folder)}: ${flaw}`)
      return 1
    }
  }
  let code = 0
  for (const [from, to] of pairs) {
    const isRepeated = how.made.has(call.at(to)) && pairs.filter(([other]) => other === from).length > 1
    if (isRepeated) {
      await complain(tool, `warning: source file ${quoted(from)} specified more than once`)
      continue
    }
    if (!(await copyTree(how, [from, to]))) code = 1
  }
  return code
}

/** Why something is no folder to copy into; undefined: it is one. */
export function folderFlaw(tool: Tool, path: string): string | undefined {
  try {
    return lookAt(tool.call, path).type === 'folder' ? undefined : 'Not a directory'
  } catch (thrown) {
    return why(thrown)
  }
}

/** Copies. */
export const cpCommand = textTool({
  name: 'cp',
  summary: 'copies files, with -r folders',
  usage: '[OPTION]... SOURCE... DEST',
  shape: {
    options: [
      { key: 'archive', short: 'a', long: ['archive'] },
      { key: 'attributes-only', long: ['attributes-only'] },
      ...BACKUP_OPTIONS,
      { key: 'copy-contents', long: ['copy-contents'] },
      { key: 'links-themselves', short: 'd' },
      { key: 'force', short: 'f', long: ['force'] },
      { key: 'interactive', short: 'i', long: ['interactive'] },
      { key: 'follow-operands', short: 'H' },
      { key: 'link', short: 'l', long: ['link'] },
      { key: 'follow', short: 'L', long: ['dereference'] },
      { key: 'no-clobber', short: 'n', long: ['no-clobber'] },
      { key: 'no-follow', short: 'P', long: ['no-dereference'] },
      { key: 'preserve', short: 'p' },
      { key: 'preserve', long: ['preserve'], value: 'optional' },
      { key: 'no-preserve', long: ['no-preserve'], value: 'required' },
      { key: 'parents', long: ['parents'] },
      { key: 'recursive', short: 'rR', long: ['recursive'] },
      { key: 'reflink', long: ['reflink'], value: 'optional' },
      { key: 'remove-destination', long: ['remove-destination'] },
      { key: 'sparse', long: ['sparse'], value: 'required' },
      { key: 'strip-trailing-slashes', long: ['strip-trailing-slashes'] },
      { key: 'symbolic-link', short: 's', long: ['symbolic-link'] },
      ...TARGET_OPTIONS,
      { key: 'update', short: 'u', long: ['update'] },
      { key: 'verbose', short: 'v', long: ['verbose'] },
      { key: 'one-file-system', short: 'x', long: ['one-file-system'] },
      { key: 'context', short: 'Z', long: ['context'], value: 'optional', missing: true },
    ],
  },
  run: cp,
})
